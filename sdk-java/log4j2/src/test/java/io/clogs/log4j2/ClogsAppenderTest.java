package io.clogs.log4j2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.testing.ClogsExtension;
import io.clogs.testing.LogRecord;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.xml.XmlConfiguration;
import org.apache.logging.log4j.message.StringMapMessage;
import org.apache.logging.log4j.message.StructuredDataMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClogsAppenderTest {
  @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();

  private final LoggerContext context = new LoggerContext("test");

  @AfterEach
  void stop() {
    ThreadContext.clearAll();
    context.stop();
  }

  /** Log4j finds the appender by the plugin descriptor of the jar alone. */
  private Logger configured(String attributes, String children) throws Exception {
    final String xml = "<Configuration status='error'><Appenders><Clogs name='CLOGS' " + attributes
        + ">" + children + "</Clogs></Appenders><Loggers><Root level='all'>"
        + "<AppenderRef ref='CLOGS'/></Root></Loggers></Configuration>";
    final byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    context.start(new XmlConfiguration(context,
        new ConfigurationSource(new ByteArrayInputStream(bytes))));
    assertNotNull(context.getConfiguration().getAppender("CLOGS"), "the plugin was not found");
    return context.getLogger("shop.Cart");
  }

  private LogRecord only() {
    final List<LogRecord> records = clogs.records();
    assertEquals(1, records.size(), records::toString);
    return records.get(0);
  }

  @Test
  void anEventBecomesARecord() throws Exception {
    configured("", "").info("added {} of {}", 3, "A-17");
    final LogRecord record = only();
    assertEquals("info", record.level());
    assertEquals("added 3 of A-17", record.message());
    assertEquals("added {} of {}", record.get("message.template"));
    assertEquals("shop.Cart", record.logger());
    assertEquals(Thread.currentThread().getName(), record.thread());
    assertFalse(record.fields().containsKey("level_text"));
  }

  @Test
  void theEntriesOfAMapMessageAreFieldsBesideItsText() throws Exception {
    configured("", "").warn(new StringMapMessage().with("sku", "A-17").with("left", "2"));
    final LogRecord record = only();
    assertEquals("A-17", record.get("sku"));
    assertEquals("2", record.get("left"));
    assertEquals("left=\"2\" sku=\"A-17\"", record.message());
  }

  @Test
  void structuredDataKeepsItsTextAndItsEntriesAreFields() throws Exception {
    final StructuredDataMessage message = new StructuredDataMessage("1", "moved", "transfer");
    message.put("account", "42");
    configured("", "").info(message);
    final LogRecord record = only();
    assertEquals("moved", record.message());
    assertEquals("42", record.get("account"));
  }

  @Test
  void markersComeWithTheirParents() throws Exception {
    final Marker parent = MarkerManager.getMarker("SECURITY");
    final Marker marker = MarkerManager.getMarker("AUDIT").setParents(parent);
    configured("", "").info(marker, "looked");
    assertEquals(List.of("AUDIT", "SECURITY"), only().get("tags"));
  }

  @Test
  void anExceptionKeepsItsCausesAndWhatItSuppressed() throws Exception {
    final Exception thrown = new IllegalStateException("outer", new RuntimeException("inner"));
    thrown.addSuppressed(new java.io.IOException("on closing"));
    configured("", "").error("payment failed", thrown);
    final Map<?, ?> exception = (Map<?, ?>) only().get("exception");
    assertEquals("java.lang.IllegalStateException", exception.get("type"));
    assertEquals("inner", ((Map<?, ?>) exception.get("cause")).get("message"));
    final Map<?, ?> suppressed = (Map<?, ?>) ((List<?>) exception.get("suppressed")).get(0);
    assertEquals("on closing", suppressed.get("message"));
  }

  @Test
  void theContextIsFilteredAndTraceIdsAreTyped() throws Exception {
    final Logger log = configured("mdcExcludes='secret_plan, other'", "");
    ThreadContext.put("tenant", "acme");
    ThreadContext.put("secret_plan", "x");
    ThreadContext.put("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
    ThreadContext.push("checkout");
    log.info("in scope");
    final LogRecord record = only();
    assertEquals("acme", record.get("tenant"));
    assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", record.get("trace_id"));
    assertEquals(List.of("checkout"), record.get("context_stack"));
    assertFalse(record.fields().containsKey("secret_plan"));
  }

  @Test
  void onlyIncludedKeysOfTheContextCome() throws Exception {
    final Logger log = configured("mdcIncludes='tenant'", "");
    ThreadContext.put("tenant", "acme");
    ThreadContext.put("other", "x");
    log.info("in scope");
    final LogRecord record = only();
    assertEquals("acme", record.get("tenant"));
    assertFalse(record.fields().containsKey("other"));
  }

  @Test
  void aLevelOfTheApplicationsOwnKeepsItsName() throws Exception {
    configured("", "").log(Level.forName("NOTICE", 350), "between warn and info");
    final LogRecord record = only();
    assertEquals("info", record.level());
    assertEquals("NOTICE", record.get("level_text"));
  }

  @Test
  void fatalIsFatal() throws Exception {
    configured("", "").fatal("gone");
    assertEquals("fatal", only().level());
  }

  @Test
  void theLocationComesWhenAskedFor() throws Exception {
    configured("includeLocation='true'", "").info("here");
    assertEquals("ClogsAppenderTest.java", only().get("code.file.path"));
  }

  @Test
  void anArgumentWhoseTextThrowsDoesNotReachTheApplication() throws Exception {
    final Logger log = configured("", "");
    final Object broken = new Object() {
      @Override
      public String toString() {
        throw new IllegalStateException("no text");
      }
    };
    log.info("value {}", broken);
    log.info("next");
    final List<LogRecord> records = clogs.records();
    assertEquals("next", records.get(records.size() - 1).message());
  }

  @Test
  void withSettingsItHasItsOwnClientAndAServerThatIsAwayDoesNotHoldItUp() throws Exception {
    final Logger log = configured("endpoint='127.0.0.1:1' service='shop' onFull='drop_oldest' "
        + "shutdownTimeoutMs='100'", "<Property name='queue_max_records'>100</Property>"
        + "<Property name='batch_max_records'>10</Property>");
    for (int i = 0; i < 1000; i++) log.info("nobody hears {}", i);
    Thread.currentThread().interrupt();
    context.stop();
    assertTrue(Thread.interrupted(), "stop() keeps the interrupt flag");
    assertEquals(0, clogs.records().size());
  }

  @Test
  void stoppingFlushesTheSharedClientAndLeavesItOpen() throws Exception {
    configured("", "").info("last");
    context.stop();
    assertEquals(1, clogs.server().records().size());
    assertTrue(clogs.client().info("after").log());
  }
}
