package io.clogs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.ClogsClient;
import io.clogs.LogBuilder;
import io.clogs.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The golden vectors of redaction, which the tests of every language read. */
class RedactionTest {
  private static final Path GOLDEN = Path.of("../../proto/golden/redaction.jsonl");

  /** Without the one that has a tagged value: Java has none to log. */
  private static List<Map<String, Object>> vectors() throws IOException {
    return Files.readAllLines(GOLDEN).stream().map(JsonReader::object)
        .filter(one -> !one.get("edn").toString().contains("#my/")).collect(Collectors.toList());
  }

  @Test
  void theVectorsAreThere() throws IOException {
    assertTrue(vectors().size() >= 36, () -> "only a few");
  }

  @TestFactory
  Stream<DynamicTest> aRecordIsCensoredAsItsVectorSays() throws IOException {
    return vectors().stream()
        .map(one -> DynamicTest.dynamicTest(one.get("name").toString(), () -> check(one)));
  }

  private static void check(Map<String, Object> vector) {
    final Map<String, String> options = new LinkedHashMap<>();
    ((Map<?, ?>) vector.get("options")).forEach((key, value) ->
        options.put(key.toString(), value.toString()));
    try (TestServer server = new TestServer(); ClogsClient client = server.client(options)) {
      final Map<String, Object> fields = Edn.map(vector.get("edn").toString());
      final LogBuilder record = client.info((String) fields.remove("message"));
      fields.forEach(record::with);
      assertTrue(record.log());
      assertTrue(client.flush(Duration.ofSeconds(10)));
      final Map<String, Object> stored = JsonReader.object(server.records().get(0));
      final Map<String, Object> wanted = Edn.map(vector.get("want").toString());
      stored.keySet().retainAll(wanted.keySet());
      assertEquals(wanted, stored);
      assertEquals(vector.get("redacted"), client.stats().redacted());
    }
  }
}
