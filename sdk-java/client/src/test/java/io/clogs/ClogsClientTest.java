package io.clogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClogsClientTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final TestServer server = new TestServer();
  private final ClogsClient client = server.client(Map.of("service", "shop"));

  @AfterEach
  void close() {
    server.hang(false);
    client.close(Duration.ofSeconds(1));
    server.close();
  }

  private String only() {
    assertTrue(client.flush(SOON), () -> client.stats().toString());
    assertEquals(1, server.records().size());
    return server.records().get(0);
  }

  @Test
  void aRecordHasWhatWasGivenInItsOrder() {
    assertTrue(client.info("added").with("sku", "A-17").with("price", 9.5).with("left", 3).log());
    final String record = only();
    assertTrue(record.contains("\"level\":\"info\",\"message\":\"added\""), record);
    assertTrue(record.contains("\"sku\":\"A-17\",\"price\":9.5,\"left\":3"), record);
    assertTrue(record.contains("\"service\":\"shop\""), record);
  }

  @Test
  void aBuilderThatLoggedIsUsedUpAndTouchesNoLaterRecord() {
    final LogBuilder first = client.info("first");
    assertTrue(first.log());
    final LogBuilder second = client.info("second").with("mine", 1);
    first.with("stray", 2);
    assertFalse(first.log());
    assertTrue(second.log());
    assertTrue(client.flush(SOON), () -> client.stats().toString());
    final List<String> records = server.records();
    assertEquals(2, records.size(), records::toString);
    assertTrue(records.get(1).contains("\"mine\":1"), records::toString);
    assertFalse(records.get(1).contains("stray"), records::toString);
  }

  @Test
  void everyKindOfValueArrives() {
    final Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("list", List.of(1, "two", true));
    nested.put("nothing", null);
    client.warn("values")
        .with("big", new BigInteger("123456789012345678901234567890"))
        .with("exact", new BigDecimal("1.50"))
        .with("when", Instant.parse("2026-11-23T12:00:00.123456789Z"))
        .with("id", UUID.fromString("00000000-0000-0000-0000-000000000001"))
        .with("nested", nested)
        .with("array", new int[] {1, 2})
        .with("letters", "a\u0000\u00e4\u20ac\ud83d\ude00\ud800")
        .with("many", "x".repeat(300))
        .log();
    final String record = only();
    assertTrue(record.contains("\"big\":123456789012345678901234567890"), record);
    assertTrue(record.contains("\"exact\":1.50"), record);
    assertTrue(record.contains("2026-11-23T12:00:00.123456789Z"), record);
    assertTrue(record.contains("00000000-0000-0000-0000-000000000001"), record);
    assertTrue(record.contains("{\"list\":[1,\"two\",true],\"nothing\":null}"), record);
    assertTrue(record.contains("\"array\":[1,2]"), record);
    assertTrue(record.contains("\u00e4\u20ac\ud83d\ude00\ufffd"), record);
    assertTrue(record.contains("x".repeat(300)), record);
  }

  @Test
  void anExceptionComesWithItsCauses() {
    client.error("failed")
        .with(new IllegalStateException("outer", new IllegalArgumentException("inner"))).log();
    final String record = only();
    assertTrue(
        record.contains("\"exception\":{\"type\":\"java.lang.IllegalStateException\""), record);
    assertTrue(
        record.contains("\"cause\":{\"type\":\"java.lang.IllegalArgumentException\""), record);
    assertTrue(record.contains("Caused by: java.lang.IllegalArgumentException: inner"), record);
  }

  @Test
  void aCycleAndAFailingTextCostTheValueOnly() {
    final List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    client.info("odd").with("cycle", cycle).with("bad", new Object() {
      @Override
      public String toString() {
        throw new IllegalStateException("no text");
      }
    }).with("good", 1).log();
    final String record = only();
    assertTrue(record.contains("(nested too deep)"), record);
    assertTrue(record.contains("IllegalStateException"), record);
    assertTrue(record.contains("\"good\":1"), record);
  }

  @Test
  void secretsAreCensored() {
    client.info("login").with("password", "hunter2").log();
    assertTrue(only().contains("\"password\":\"[redacted]\""));
    assertEquals(1, client.stats().redacted());
  }

  @Test
  void belowTheLevelNothingIsDone() {
    final ClogsClient quiet = server.client(Map.of("level", "warn"));
    assertFalse(quiet.info("no").with("a", 1).log());
    assertTrue(quiet.warn("yes").log());
    assertTrue(quiet.flush(SOON));
    assertEquals(1, server.records().size());
    quiet.close();
  }

  @Test
  void flushTellsTheTruth() {
    server.hang(true);
    client.info("waits").log();
    final FlushResult early = client.tryFlush(Duration.ofMillis(50));
    assertFalse(early.delivered());
    assertEquals(1, early.remaining());
    server.hang(false);
    client.info("second").log();
    assertTrue(client.flush(Duration.ofSeconds(30)));
    assertEquals(2, server.records().size());
  }

  @Test
  void afterCloseRecordsAreCountedNotSent() {
    client.close();
    assertFalse(client.info("late").log());
    assertEquals(1, client.stats().droppedClosed());
    assertEquals(0, server.records().size());
  }

  @Test
  void manyThreadsLoseNothing() throws InterruptedException {
    final ClogsClient wide = server.client(Map.of("queue_max_records", "100000"));
    final List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      final int name = t;
      threads.add(new Thread(() -> {
        for (int i = 0; i < 5000; i++) wide.info("n").with("thread", "t" + name).with("i", i).log();
      }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) thread.join();
    assertTrue(wide.flush(Duration.ofSeconds(60)), () -> wide.stats().toString());
    assertEquals(20000, server.records().size());
    wide.close();
  }

  @Test
  void aWrongOptionIsAWarning() {
    final ClogsClient odd = server.client(Map.of("on_full", "maybe"));
    assertEquals(1, odd.warnings().size());
    assertTrue(odd.warnings().get(0).contains("on_full"), odd.warnings().get(0));
    odd.close();
  }

  @Test
  void aHookMayAddAndDrop() {
    final ClogsClient hooked = server.client(Map.of(), record -> {
      record.field("checked", "yes");
      return true;
    });
    hooked.info("passes").log();
    assertTrue(hooked.flush(SOON));
    assertTrue(server.records().get(0).contains("\"checked\":\"yes\""));
    final ClogsClient closed = server.client(Map.of(), record -> false);
    assertFalse(closed.info("goes").log());
    final ClogsClient broken = server.client(Map.of(), record -> {
      throw new IllegalStateException("a hook's fault");
    });
    assertTrue(broken.info("kept").log());
    assertTrue(broken.flush(SOON));
    assertEquals(2, server.records().size());
    hooked.close();
    closed.close();
    broken.close();
  }
}
