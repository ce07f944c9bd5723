package io.clogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the real server: sdk-java/test gives its binary. */
class RealServerTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private RealServer server;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(RealServer.isThere(), "no server binary: run sdk-java/test with CLOGS_BINARY");
    server = new RealServer();
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) server.close();
  }

  private ClogsClient client() {
    return ClogsClient.builder().endpoint(server.grpc()).service("shop").queueMaxRecords(100_000)
        .build();
  }

  @Test
  void everyRecordIsStoredOnceAndFoundByAQuery() {
    try (ClogsClient client = client()) {
      for (int i = 0; i < 20_000; i++) client.info("n").with("i", i).log();
      assertTrue(client.flush(SOON), () -> client.stats().toString());
      assertEquals(20_000, client.stats().sent());
      try (Rows rows = client.query("{:aggregations {:n [:count] :d [:count-distinct :i]}}")) {
        assertEquals(List.of("{\"d\":20000,\"n\":20000}"),
            rows.stream().collect(Collectors.toList()));
      }
      try (Rows rows = client.query(Map.of("where", Map.of("i", 7), "select", List.of("i")))) {
        assertEquals("{\"i\":7}", rows.next());
        assertFalse(rows.hasNext());
      }
    }
  }

  @Test
  void aBadQueryIsAnExceptionWithItsSentence() {
    try (ClogsClient client = client()) {
      final ClogsException wrong = assertThrows(ClogsException.class,
          () -> client.query("{:where [:equals :a 1]}").hasNext());
      assertEquals(3, wrong.code());
      assertTrue(wrong.getMessage().contains("unknown operator"), wrong.getMessage());
    }
  }

  @Test
  void aTailGivesWhatComesAndEndsWhenClosed() throws InterruptedException {
    try (ClogsClient client = client()) {
      final Rows tail = client.tail("{:where {:level \"warn\"}}");
      final Thread sender = new Thread(() -> {
        // Until the reader has seen one: the tail may begin after the first.
        while (!Thread.currentThread().isInterrupted()) {
          client.warn("stock").log();
          client.flush(Duration.ofSeconds(1));
        }
      });
      sender.start();
      assertTrue(tail.next().contains("\"message\":\"stock\""));
      sender.interrupt();
      sender.join();
      tail.close();
      tail.close();
    }
  }

  /** Logs and ends at once; what is logged before System.exit() is stored. */
  static final class ExitsAtOnce {
    private ExitsAtOnce() {}

    public static void main(String[] arguments) {
      final ClogsClient client = ClogsClient.builder().endpoint(arguments[0]).build();
      for (int i = 0; i < 1000; i++) client.info("last words").with("i", i).log();
      System.exit(0);
    }
  }

  @Test
  void nothingIsLostBySystemExit() throws IOException, InterruptedException {
    final Path java = Paths.get(System.getProperty("java.home"), "bin", "java");
    final Process child = new ProcessBuilder(java.toString(),
        "-Dio.clogs.library=" + System.getProperty("io.clogs.library"), "-cp",
        System.getProperty("java.class.path"), "io.clogs.RealServerTest$ExitsAtOnce",
        server.grpc()).redirectErrorStream(true).start();
    final String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), said);
    try (ClogsClient client = client();
        Rows rows = client.query("{:aggregations {:n [:count]}}")) {
      assertEquals("{\"n\":1000}", rows.next());
    }
  }
}
