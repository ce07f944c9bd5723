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
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Sends the records of java.util.logging to a Clogs server, by the process's client or another.
 * {@code handlers = io.clogs.jul.ClogsHandler} in logging.properties is enough.
 */
public class ClogsHandler extends Handler {
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(5);

  private final ClogsClient client;

  public ClogsHandler() {
    this(Clogs.client());
  }

  /** The client stays the caller's to close. */
  public ClogsHandler(ClogsClient client) {
    this.client = client;
  }

  @Override
  public void publish(LogRecord event) {
    if (event == null || !isLoggable(event)) return;
    try {
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
    if (value >= Level.CONFIG.intValue()) return io.clogs.Level.INFO;
    if (value >= Level.FINE.intValue()) return io.clogs.Level.DEBUG;
    return io.clogs.Level.TRACE;
  }

  @Override
  public void flush() {
    client.flush(FLUSH_TIMEOUT);
  }

  @Override
  public void close() {
    flush();
  }
}
