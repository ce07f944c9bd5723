package io.clogs.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.ClogsClient;
import io.clogs.TestServer;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClogsMetricsTest {
  private final TestServer server = new TestServer();
  private final ClogsClient client =
      server.client(Map.of("queue_max_records", "1", "shutdown_timeout", "0"));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @AfterEach
  void close() {
    server.hang(false);
    client.close();
    server.close();
  }

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  @Test
  void theMetersFollowTheClient() {
    new ClogsMetrics(client).bindTo(registry);
    client.info("stored").with("password", "x").log();
    assertTrue(client.flush(Duration.ofSeconds(10)));
    assertEquals(1, counter("clogs.records.submitted"));
    assertEquals(1, counter("clogs.records.sent"));
    assertEquals(1, counter("clogs.records.redacted"));
    assertEquals(0, registry.get("clogs.queue.records").gauge().value());
    assertEquals(client.stats().lastSuccessUnixNanos() / 1e9,
        registry.get("clogs.last.success").gauge().value(), 1e-3);
  }

  @Test
  void lostRecordsHaveTheirReason() {
    new ClogsMetrics(client, Tags.of("client", "audit")).bindTo(registry);
    server.hang(true);
    while (client.stats().droppedQueueFull() == 0) client.info("too much").log();
    assertEquals(client.stats().droppedQueueFull(),
        counter("clogs.records.dropped", "reason", "queue_full", "client", "audit"));
    assertEquals(0, counter("clogs.records.dropped", "reason", "expired"));
    assertEquals(9, registry.get("clogs.records.dropped").functionCounters().size());
  }
}
