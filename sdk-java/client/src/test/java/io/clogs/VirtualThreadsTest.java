package io.clogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need Java 21")
class VirtualThreadsTest {
  private static final int THREADS = 2000;

  /** By reflection: the bytecode is that of Java 11. */
  private static ExecutorService threads() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  @Test
  void everyVirtualThreadsRecordArrivesOnceAndWhole() throws Exception {
    final TestServer server = new TestServer();
    final ClogsClient client = server.client(Map.of());
    final ExecutorService threads = threads();
    for (int i = 0; i < THREADS; i++) {
      final int id = i;
      threads.execute(() -> client.info("from " + id).with("id", id).log());
    }
    threads.shutdown();
    assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    assertTrue(client.flush(Duration.ofSeconds(30)));
    final List<String> records = server.records();
    assertEquals(THREADS, records.size());
    final Set<String> pairs = new HashSet<>();
    for (String record : records) {
      final int message = record.indexOf("from ") + 5;
      final int id = record.indexOf("\"id\":") + 5;
      final String text = record.substring(message, record.indexOf('"', message));
      assertTrue(record.startsWith(text, id), record);
      pairs.add(text);
    }
    assertEquals(THREADS, pairs.size());
    client.close();
    server.close();
  }
}
