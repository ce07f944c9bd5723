package io.clogs.jul;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clogs.testing.ClogsExtension;
import io.clogs.testing.LogRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClogsHandlerTest {
  @RegisterExtension static final ClogsExtension clogs = ClogsExtension.inMemory();

  private Logger logger() {
    final Logger logger = Logger.getAnonymousLogger();
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
    logger.addHandler(new ClogsHandler());
    return logger;
  }

  @Test
  void aRecordBecomesARecord() {
    logger().log(Level.WARNING, "low stock of {0}", "A-17");
    final List<LogRecord> records = clogs.records();
    assertEquals(1, records.size());
    assertEquals("warn", records.get(0).level());
    assertEquals("WARNING", records.get(0).get("level_text"));
    assertEquals("low stock of A-17", records.get(0).message());
    assertEquals("low stock of {0}", records.get(0).get("message.template"));
  }

  @Test
  void anExceptionComesAlong() {
    logger().log(Level.SEVERE, "failed", new IllegalStateException("why"));
    final LogRecord record = clogs.records().get(0);
    assertEquals("error", record.level());
    assertEquals("why", ((Map<?, ?>) record.get("exception")).get("message"));
  }

  @Test
  void everyLevelHasItsPlaceAndKeepsItsName() {
    final Map<Level, String> places = Map.of(Level.SEVERE, "error", Level.WARNING, "warn",
        Level.INFO, "info", Level.CONFIG, "debug", Level.FINE, "debug", Level.FINER, "trace",
        Level.FINEST, "trace");
    places.forEach((level, place) -> {
      logger().log(level, "of " + level.getName());
      final LogRecord record = clogs.records().stream()
          .filter(one -> one.message().equals("of " + level.getName())).findFirst().orElseThrow();
      assertEquals(place, record.level());
      assertEquals(level == Level.INFO ? null : level.getName(), record.get("level_text"));
    });
  }

  /** Lets through what is about stock. */
  public static final class StockFilter implements java.util.logging.Filter {
    @Override
    public boolean isLoggable(java.util.logging.LogRecord record) {
      return record.getMessage().contains("stock");
    }
  }

  @Test
  void levelAndFilterMayStandInTheProperties() throws IOException {
    final String name = ClogsHandler.class.getName();
    final String properties = "handlers=" + name + "\n.level=ALL\n" + name + ".level=CONFIG\n"
        + name + ".filter=" + StockFilter.class.getName() + "\n";
    final LogManager manager = LogManager.getLogManager();
    manager.readConfiguration(
        new ByteArrayInputStream(properties.getBytes(StandardCharsets.ISO_8859_1)));
    try {
      final Logger log = Logger.getLogger("shop.Configured");
      log.fine("stock, too fine");
      log.config("something else");
      log.config("stock is 3");
      assertEquals(List.of("stock is 3"), clogs.records().stream()
          .filter(one -> "shop.Configured".equals(one.logger())).map(LogRecord::message)
          .collect(Collectors.toList()));
    } finally {
      manager.readConfiguration();
    }
  }

  @Test
  void closingTheHandlerLeavesTheProcessesClientOpen() {
    final ClogsHandler handler = new ClogsHandler();
    handler.close();
    assertTrue(clogs.client().info("still open").log());
  }
}
