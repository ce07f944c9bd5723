package io.clogs.jul;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clogs.testing.ClogsExtension;
import io.clogs.testing.LogRecord;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
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
}
