package io.clogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Clients that nobody closes. */
class ClientLifetimeTest {
  private static final long LIMIT = Duration.ofSeconds(60).toNanos();

  private static WeakReference<ClogsClient> logAndForget(TestServer server) {
    final ClogsClient client = server.client(Map.of("flush_interval", "3600000"));
    client.info("kept").log();
    return new WeakReference<>(client);
  }

  private static boolean collectedUntil(BooleanSupplier done) {
    final long end = System.nanoTime() + LIMIT;
    while (!done.getAsBoolean() && System.nanoTime() < end) System.gc();
    return done.getAsBoolean();
  }

  @Test
  void anUnclosedClientIsCollectedAndItsRecordsAreDelivered() {
    try (TestServer server = new TestServer()) {
      final WeakReference<ClogsClient> forgotten = logAndForget(server);
      assertTrue(collectedUntil(() -> forgotten.get() == null), "the shutdown hook keeps it");
      assertTrue(collectedUntil(() -> server.records().size() == 1), "not drained");
    }
  }

  /** Its client is unreachable, and perhaps not collected, when it ends. */
  static final class Forgets {
    private Forgets() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 20; i++) {
        ClogsClient.builder().endpoint(arguments[0]).build().info("forgotten").log();
        if (i % 5 == 0) System.gc();
      }
    }
  }

  @Test
  void whatAForgottenClientHasIsDeliveredAtTheEndOfTheProcess() throws Exception {
    assumeTrue(RealServer.isThere(), "no server binary: run sdk-java/test with CLOGS_BINARY");
    try (RealServer server = new RealServer()) {
      final ChildJvm child = ChildJvm.run(Forgets.class, path -> true, Map.of(),
          List.of(ChildJvm.library()), server.grpc());
      assertEquals(0, child.status(), child.output());
      try (ClogsClient client = ClogsClient.builder().endpoint(server.grpc()).build();
          Rows rows = client.query("{:aggregations {:n [:count]}}")) {
        assertEquals("{\"n\":20}", rows.next());
      }
    }
  }

  @Test
  void theProcessesClientIsOneUntilItIsReplaced() {
    try (TestServer server = new TestServer(); ClogsClient mine = server.client()) {
      final ClogsClient before = Clogs.use(mine);
      try {
        assertSame(mine, Clogs.client());
      } finally {
        assertSame(mine, Clogs.use(before));
      }
      assertFalse(mine.stats().submitted() > 0);
    }
  }
}
