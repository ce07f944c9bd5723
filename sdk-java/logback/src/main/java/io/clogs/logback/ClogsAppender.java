package io.clogs.logback;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.status.WarnStatus;
import io.clogs.Clogs;
import io.clogs.ClogsClient;
import io.clogs.RecordBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * Sends logback's events to a Clogs server. Without any setting it shares the process's client,
 * which the environment configures; with one it has a client of its own. Trouble with delivery is a
 * status of level WARN at most, never an exception.
 */
public class ClogsAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private final Map<String, String> options = new LinkedHashMap<>();
  private MdcFilter mdc = new MdcFilter();
  private boolean includeCallerData;
  private boolean includeTemplate = true;
  // Written by start() and stop(), read by every thread that logs.
  private volatile ClogsClient client;
  private ClogsClient given;
  private boolean own;

  @Override
  public void start() {
    if (isStarted()) return;
    final Throwable missing = Clogs.loadError().orElse(null);
    if (missing != null) {
      addStatus(new WarnStatus("Clogs' native library is not loaded; records go nowhere", this,
          missing));
    }
    own = given == null && !options.isEmpty();
    final ClogsClient made = own ? newClient() : given == null ? Clogs.client() : given;
    for (String warning : made.warnings()) addWarn(warning);
    client = made;
    super.start();
  }

  private ClogsClient newClient() {
    final ClogsClient.Builder builder = ClogsClient.builder();
    options.forEach(builder::set);
    return builder.build();
  }

  /**
   * Bounded by shutdownTimeoutMs, whatever the server does; keeps the thread's interrupt flag. A
   * client that this appender did not make is flushed and goes on.
   */
  @Override
  public void stop() {
    if (!isStarted()) return;
    super.stop();
    final ClogsClient from = client;
    client = null;
    if (own) from.close();
    else from.flush(Duration.ofMillis(Long.parseLong(shutdownMillis(from))));
  }

  private static String shutdownMillis(ClogsClient from) {
    final String value = from.option("shutdown_timeout");
    return value.isEmpty() ? "0" : value;
  }

  @Override
  protected void append(ILoggingEvent event) {
    final ClogsClient to = client;
    if (to == null || !to.isEnabled(levelOf(event.getLevel().toInt()))) return;
    final RecordBuffer record = to.take();
    record.timestamp(nanosOf(event));
    record.level(levelOf(event.getLevel().toInt()).text());
    record.message(String.valueOf(event.getFormattedMessage()));
    record.logger(event.getLoggerName());
    record.thread(event.getThreadName());
    addKeyValues(event, record);
    addMarkers(event, record);
    addThrowable(event.getThrowableProxy(), record);
    mdc.write(event.getMDCPropertyMap(), record);
    if (includeTemplate && event.getArgumentArray() != null) {
      record.field("message.template", event.getMessage());
    }
    if (includeCallerData) addCaller(event.getCallerData(), record);
    to.submit(record);
  }

  private static void addKeyValues(ILoggingEvent event, RecordBuffer record) {
    final List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs == null) return;
    for (KeyValuePair pair : pairs) record.field(String.valueOf(pair.key), pair.value);
  }

  private static void addMarkers(ILoggingEvent event, RecordBuffer record) {
    final List<Marker> markers = event.getMarkerList();
    if (markers == null || markers.isEmpty()) return;
    final List<String> names = new ArrayList<>(markers.size());
    for (Marker marker : markers) names.add(marker.getName());
    record.field("tags", names);
  }

  private static void addThrowable(IThrowableProxy thrown, RecordBuffer record) {
    if (thrown instanceof ThrowableProxy) {
      record.exception(((ThrowableProxy) thrown).getThrowable());
    } else if (thrown != null) {  // an event that came from elsewhere
      final Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("type", thrown.getClassName());
      fields.put("message", thrown.getMessage());
      record.field("exception", fields);
    }
  }

  private static void addCaller(StackTraceElement[] callers, RecordBuffer record) {
    if (callers == null || callers.length == 0) return;
    final StackTraceElement caller = callers[0];
    record.field("code.function.name", caller.getClassName() + "." + caller.getMethodName());
    if (caller.getFileName() != null) record.field("code.file.path", caller.getFileName());
    record.field("code.line.number", caller.getLineNumber());
  }

  private static long nanosOf(ILoggingEvent event) {
    final Instant instant = event.getInstant();
    if (instant == null) return event.getTimeStamp() * 1_000_000L;
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }

  private static io.clogs.Level levelOf(int level) {
    if (level >= ch.qos.logback.classic.Level.ERROR_INT) return io.clogs.Level.ERROR;
    if (level >= ch.qos.logback.classic.Level.WARN_INT) return io.clogs.Level.WARN;
    if (level >= ch.qos.logback.classic.Level.INFO_INT) return io.clogs.Level.INFO;
    if (level >= ch.qos.logback.classic.Level.DEBUG_INT) return io.clogs.Level.DEBUG;
    return io.clogs.Level.TRACE;
  }

  // What logback's configuration sets -------------------------------------------------------------

  public void setEndpoint(String value) {
    options.put("endpoint", value);
  }

  public void setApiKey(String value) {
    options.put("api_key", value);
  }

  public void setService(String value) {
    options.put("service", value);
  }

  public void setEnvironment(String value) {
    options.put("environment", value);
  }

  public void setVersion(String value) {
    options.put("version", value);
  }

  public void setStream(String value) {
    options.put("stream", value);
  }

  public void setShutdownTimeoutMs(long value) {
    options.put("shutdown_timeout", Long.toString(value));
  }

  public void setIncludeCallerData(boolean value) {
    includeCallerData = value;
  }

  public void setIncludeTemplate(boolean value) {
    includeTemplate = value;
  }

  public void setMdc(MdcFilter value) {
    mdc = value;
  }

  public void setQueue(OptionGroup.Queue group) {
    options.putAll(group.options());
  }

  public void setBatch(OptionGroup.Batch group) {
    options.putAll(group.options());
  }

  /** Any other option: {@code <option><name>redact_keys</name><value>pin</value></option>}. */
  public void addOption(OptionGroup.One one) {
    options.put(one.name(), one.value());
  }

  /** A client of the application's, which stays the application's to close. */
  public void setClient(ClogsClient value) {
    given = value;
  }
}
