package io.clogs.jul;

import io.clogs.Clogs;
import io.clogs.ClogsClient;
import io.clogs.RecordBuffer;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.logging.ErrorManager;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;

/**
 * Sends the records of java.util.logging to a Clogs server, by the process's client or another.
 * {@code handlers = io.clogs.jul.ClogsHandler} in logging.properties is enough; as with Java's own
 * handlers, {@code io.clogs.jul.ClogsHandler.level} and {@code .filter} are read there.
 *
 * <p>SEVERE is error, WARNING warn, INFO info, CONFIG and FINE debug, FINER and FINEST trace; a
 * level between two is the less severe one. {@code level_text} keeps the name where it is another.
 */
public class ClogsHandler extends Handler {
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(5);

  // Null: the process's client, whichever it is at the time.
  private final ClogsClient given;

  public ClogsHandler() {
    this(null);
    configure();
  }

  /** The client stays the caller's to close; null is the process's. */
  public ClogsHandler(ClogsClient client) {
    given = client;
  }

  /** A wrong setting is reported, and costs only itself. */
  private void configure() {
    final LogManager manager = LogManager.getLogManager();
    final String level = manager.getProperty(ClogsHandler.class.getName() + ".level");
    final String filter = manager.getProperty(ClogsHandler.class.getName() + ".filter");
    try {
      if (level != null) setLevel(Level.parse(level.trim()));
    } catch (IllegalArgumentException wrong) {
      reportError("no level: " + level, wrong, ErrorManager.GENERIC_FAILURE);
    }
    try {
      if (filter != null) {
        setFilter((Filter) ClassLoader.getSystemClassLoader().loadClass(filter.trim())
            .getDeclaredConstructor().newInstance());
      }
    } catch (ReflectiveOperationException | ClassCastException wrong) {
      reportError("no filter: " + filter, wrong, ErrorManager.GENERIC_FAILURE);
    }
  }

  private ClogsClient client() {
    return given == null ? Clogs.client() : given;
  }

  @Override
  public void publish(LogRecord event) {
    if (event == null || !isLoggable(event)) return;
    try {
      final ClogsClient client = client();
      final io.clogs.Level level = levelOf(event.getLevel());
      if (!client.isEnabled(level)) return;
      final RecordBuffer record = client.take();
      final Instant at = event.getInstant();
      record.timestamp(at.getEpochSecond() * 1_000_000_000L + at.getNano());
      record.level(level.text());
      record.message(messageOf(event));
      if (event.getLoggerName() != null) record.logger(event.getLoggerName());
      record.thread(Thread.currentThread().getName());
      if (!level.text().equalsIgnoreCase(event.getLevel().getName())) {
        record.field("level_text", event.getLevel().getName());
      }
      if (event.getThrown() != null) record.exception(event.getThrown());
      if (event.getParameters() != null && event.getParameters().length > 0) {
        record.field("message.template", event.getMessage());
      }
      client.submit(record);
    } catch (RuntimeException failed) {
      reportError(null, failed, ErrorManager.WRITE_FAILURE);
    }
  }

  private static String messageOf(LogRecord event) {
    String text = String.valueOf(event.getMessage());
    final ResourceBundle bundle = event.getResourceBundle();
    if (bundle != null) {
      try {
        text = bundle.getString(text);
      } catch (MissingResourceException | ClassCastException untranslated) {
        text = String.valueOf(event.getMessage());
      }
    }
    final Object[] parameters = event.getParameters();
    if (parameters == null || parameters.length == 0 || text.indexOf('{') < 0) return text;
    try {
      return MessageFormat.format(text, parameters);
    } catch (IllegalArgumentException noPattern) {
      return text;
    }
  }

  private static io.clogs.Level levelOf(Level level) {
    final int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) return io.clogs.Level.ERROR;
    if (value >= Level.WARNING.intValue()) return io.clogs.Level.WARN;
    if (value >= Level.INFO.intValue()) return io.clogs.Level.INFO;
    if (value >= Level.FINE.intValue()) return io.clogs.Level.DEBUG;
    return io.clogs.Level.TRACE;
  }

  @Override
  public void flush() {
    client().flush(FLUSH_TIMEOUT);
  }

  @Override
  public void close() {
    flush();
  }
}
