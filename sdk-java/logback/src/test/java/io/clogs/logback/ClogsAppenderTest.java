package io.clogs.logback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import io.clogs.testing.ClogsExtension;
import io.clogs.testing.LogRecord;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;

class ClogsAppenderTest {
  @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();

  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void mdc() {
    context.setMDCAdapter(new ch.qos.logback.classic.util.LogbackMDCAdapter());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private Logger configured(String settings) throws Exception {
    final String xml = "<configuration>"
        + "<appender name='CLOGS' class='io.clogs.logback.ClogsAppender'>" + settings
        + "</appender><root level='TRACE'><appender-ref ref='CLOGS'/></root></configuration>";
    final JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    return context.getLogger("shop.Cart");
  }

  private LogRecord only() {
    final List<LogRecord> records = clogs.records();
    assertEquals(1, records.size(), records::toString);
    return records.get(0);
  }

  @Test
  void anEventBecomesARecord() throws Exception {
    configured("").info("added {} of {}", 3, "A-17");
    final LogRecord record = only();
    assertEquals("info", record.level());
    assertEquals("added 3 of A-17", record.message());
    assertEquals("added {} of {}", record.get("message.template"));
    assertEquals("shop.Cart", record.logger());
    assertEquals(Thread.currentThread().getName(), record.thread());
  }

  @Test
  void keyValuesMarkersAndExceptionsKeepTheirShape() throws Exception {
    configured("").atWarn().addKeyValue("sku", "A-17").addKeyValue("left", 2)
        .addMarker(MarkerFactory.getMarker("AUDIT"))
        .setCause(new IllegalStateException("outer", new RuntimeException("inner")))
        .log("low stock");
    final LogRecord record = only();
    assertEquals("A-17", record.get("sku"));
    assertEquals(2L, record.get("left"));
    assertEquals(List.of("AUDIT"), record.get("tags"));
    final Map<?, ?> exception = (Map<?, ?>) record.get("exception");
    assertEquals("java.lang.IllegalStateException", exception.get("type"));
    assertEquals("outer", exception.get("message"));
    assertEquals("inner", ((Map<?, ?>) exception.get("cause")).get("message"));
  }

  @Test
  void theMdcIsFiltered() throws Exception {
    final Logger log = configured("<mdc><exclude>secret_plan</exclude></mdc>");
    context.getMDCAdapter().put("tenant", "acme");
    context.getMDCAdapter().put("secret_plan", "x");
    context.getMDCAdapter().put("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
    log.info("in scope");
    final LogRecord record = only();
    assertEquals("acme", record.get("tenant"));
    assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", record.get("trace_id"));
    assertFalse(record.fields().containsKey("secret_plan"));
  }

  @Test
  void withSettingsItHasItsOwnClientAndAServerThatIsAwayDoesNotHoldItUp() throws Exception {
    final Logger log = configured("<endpoint>127.0.0.1:1</endpoint><service>shop</service>"
        + "<queue><maxRecords>100</maxRecords><onFull>drop_oldest</onFull></queue>"
        + "<batch><maxRecords>10</maxRecords><flushIntervalMs>10</flushIntervalMs></batch>"
        + "<shutdownTimeoutMs>100</shutdownTimeoutMs>");
    for (int i = 0; i < 1000; i++) log.info("nobody hears {}", i);
    Thread.currentThread().interrupt();
    context.stop();
    assertTrue(Thread.interrupted(), "stop() keeps the interrupt flag");
    assertEquals(0, clogs.records().size());
  }

  @Test
  void callerDataComesWhenAskedFor() throws Exception {
    configured("<includeCallerData>true</includeCallerData>").info("here");
    assertEquals("ClogsAppenderTest.java", only().get("code.file.path"));
    MDC.clear();
  }

  @Test
  void stoppingItLeavesAClientThatItDoesNotOwnOpen() throws Exception {
    configured("").info("shared");
    context.stop();
    assertEquals(1, clogs.server().records().size(), "stop() flushes");
    assertTrue(clogs.client().info("still open").log());
    final ClogsAppender given = new ClogsAppender();
    given.setContext(context);
    given.setClient(clogs.client());
    given.setService("ignored: a given client has its own");
    given.start();
    given.stop();
    given.start();
    given.stop();
    assertTrue(clogs.client().info("open again").log());
    assertEquals(3, clogs.records().size());
  }
}
