package io.clogs.log4j2;

import io.clogs.ClogsClient;
import io.clogs.Level;
import io.clogs.RecordBuffer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.message.MapMessage;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.spi.StandardLevel;

/** Writes an event as a record. Keeps nothing of the event: Log4j uses the object again. */
final class EventEncoder {
  private final ContextFilter context;
  private final boolean includeTemplate;
  private final boolean includeLocation;

  EventEncoder(ContextFilter context, boolean includeTemplate, boolean includeLocation) {
    this.context = context;
    this.includeTemplate = includeTemplate;
    this.includeLocation = includeLocation;
  }

  void send(LogEvent event, ClogsClient client) {
    final Level level = levelOf(event.getLevel());
    if (!client.isEnabled(level)) return;
    // Before the buffer is taken: the text of an argument may throw.
    final String text = textOf(event.getMessage());
    final RecordBuffer record = client.take();
    record.timestamp(event.getInstant().getEpochSecond() * 1_000_000_000L
        + event.getInstant().getNanoOfSecond());
    record.level(level.text());
    record.message(text);
    if (event.getLoggerName() != null) record.logger(event.getLoggerName());
    if (event.getThreadName() != null) record.thread(event.getThreadName());
    addMessageFields(event.getMessage(), record);
    addMarkers(event.getMarker(), record);
    if (event.getThrown() != null) record.exception(event.getThrown());
    context.write(event.getContextData(), record);
    addContextStack(event.getContextStack(), record);
    // Only a level of the application's own: INFO is no news where the record says info.
    if (!level.text().equalsIgnoreCase(event.getLevel().name())) {
      record.field("level_text", event.getLevel().name());
    }
    if (includeLocation) addLocation(event.getSource(), record);
    client.submit(record);
  }

  private static String textOf(Message message) {
    if (message == null) return "";
    // Of structured data, whose formatted text repeats the entries that are fields here.
    if (message instanceof MapMessage) {
      final String format = templateOf(message);
      if (format != null && !format.isEmpty()) return format;
    }
    return String.valueOf(message.getFormattedMessage());
  }

  private void addMessageFields(Message message, RecordBuffer record) {
    if (message instanceof MapMessage) {
      final Map<?, ?> entries = ((MapMessage<?, ?>) message).getData();
      entries.forEach((key, value) -> record.field(String.valueOf(key), value));
      return;
    }
    if (!includeTemplate || message == null) return;
    final Object[] parameters = message.getParameters();
    final String template = templateOf(message);
    if (parameters == null || parameters.length == 0 || template == null) return;
    record.field("message.template", template);
  }

  // Deprecated for what it holds in other messages; of these two kinds it is the template.
  @SuppressWarnings("deprecation")
  private static String templateOf(Message message) {
    return message.getFormat();
  }

  /** A marker and all its parents, the marker first. */
  private static void addMarkers(Marker marker, RecordBuffer record) {
    if (marker == null) return;
    final Set<String> names = new LinkedHashSet<>();
    collect(marker, names);
    record.field("tags", names);
  }

  private static void collect(Marker marker, Set<String> names) {
    if (!names.add(marker.getName()) || !marker.hasParents()) return;
    for (Marker parent : marker.getParents()) collect(parent, names);
  }

  private static void addContextStack(ThreadContext.ContextStack stack, RecordBuffer record) {
    if (stack != null && stack.getDepth() > 0) record.field("context_stack", stack.asList());
  }

  private static void addLocation(StackTraceElement caller, RecordBuffer record) {
    if (caller == null) return;
    record.field("code.function.name", caller.getClassName() + "." + caller.getMethodName());
    if (caller.getFileName() != null) record.field("code.file.path", caller.getFileName());
    if (caller.getLineNumber() >= 0) record.field("code.line.number", caller.getLineNumber());
  }

  // Log4j counts down: the more severe, the smaller. Levels between two are the less severe one.
  private static Level levelOf(org.apache.logging.log4j.Level level) {
    final int value = level.intLevel();
    if (value <= StandardLevel.FATAL.intLevel()) return Level.FATAL;
    if (value <= StandardLevel.ERROR.intLevel()) return Level.ERROR;
    if (value <= StandardLevel.WARN.intLevel()) return Level.WARN;
    if (value <= StandardLevel.INFO.intLevel()) return Level.INFO;
    if (value <= StandardLevel.DEBUG.intLevel()) return Level.DEBUG;
    return Level.TRACE;
  }
}
