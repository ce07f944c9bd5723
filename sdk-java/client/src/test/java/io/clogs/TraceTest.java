package io.clogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ids of OpenTelemetry's current span. */
class TraceTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String OTHER = "ffffffffffffffffffffffffffffffff";

  private final TestServer server = new TestServer();
  private final ClogsClient client = server.client();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static Scope current() {
    return Span.wrap(SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(),
        TraceState.getDefault())).makeCurrent();
  }

  private String only() {
    assertTrue(client.flush(Duration.ofSeconds(10)), () -> client.stats().toString());
    assertEquals(1, server.records().size());
    return server.records().get(0);
  }

  @Test
  void areOnARecordThatIsLoggedInIt() {
    try (Scope ignored = current()) {
      client.info("in").log();
    }
    final String record = only();
    assertTrue(record.contains("\"trace_id\":\"" + TRACE + "\""), record);
    assertTrue(record.contains("\"span_id\":\"" + SPAN + "\""), record);
  }

  @Test
  void areOnNoRecordOutsideOfIt() {
    try (Scope ignored = current()) {
      assertTrue(client.isEnabled(Level.INFO));
    }
    client.info("out").log();
    assertFalse(only().contains("trace_id"));
  }

  @Test
  void comeBeforeThoseOfAContextAndAfterThoseThatAreGiven() {
    try (Scope ignored = current()) {
      client.info("in").context(Map.of("traceId", OTHER, "spanId", "1", "tenant", "acme")).log();
    }
    final String record = only();
    assertTrue(record.contains(TRACE) && !record.contains(OTHER), record);
    assertTrue(record.contains("\"tenant\":\"acme\""), record);
    server.clear();
    try (Scope ignored = current()) {
      client.info("in").trace(OTHER, SPAN).log();
    }
    final String given = only();
    assertTrue(given.contains("\"trace_id\":\"" + OTHER + "\"") && !given.contains(TRACE), given);
  }

  @Test
  void areThoseOfAContextWhereNoSpanIsCurrent() {
    final Map<String, String> context = new HashMap<>(Map.of("trace_id", TRACE, "span_id", SPAN));
    context.put(null, "a key that is none");
    client.info("out").context(context).log();
    assertTrue(only().contains("\"trace_id\":\"" + TRACE + "\",\"span_id\":\"" + SPAN + "\""));
  }

  /** An application without the optional dependencies. */
  static final class Plain {
    private Plain() {}

    public static void main(String[] arguments) {
      try (TestServer server = new TestServer(); ClogsClient client = server.client()) {
        client.info("plain").log();
        System.out.println(client.flush(Duration.ofSeconds(10)) + " " + server.records().size());
      }
    }
  }

  @Test
  void areNotMissedWhereThereIsNoOpenTelemetry() throws Exception {
    final ChildJvm child = ChildJvm.run(Plain.class,
        path -> !path.contains("opentelemetry") && !path.contains("micrometer"), Map.of(),
        List.of(ChildJvm.library()));
    assertEquals("true 1\n", child.output());
    assertEquals(0, child.status());
  }
}
