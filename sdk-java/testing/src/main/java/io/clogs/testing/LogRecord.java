package io.clogs.testing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One stored record, as a test looks at it. */
public final class LogRecord {
  private static final Set<String> KNOWN = Set.of("timestamp", "level", "message", "service",
      "host", "logger", "thread", "trace_id", "span_id", "process.pid", "environment", "version");

  private final Map<String, Object> fields;
  private final Map<String, Object> attributes;

  LogRecord(Map<String, Object> fields) {
    this.fields = Collections.unmodifiableMap(fields);
    final Map<String, Object> rest = new LinkedHashMap<>(fields);
    rest.keySet().removeAll(KNOWN);
    attributes = Collections.unmodifiableMap(rest);
  }

  /** Everything, in the order stored. */
  public Map<String, Object> fields() {
    return fields;
  }

  /** Everything but the known keys. */
  public Map<String, Object> attributes() {
    return attributes;
  }

  public Object get(String key) {
    return fields.get(key);
  }

  public String level() {
    return text("level");
  }

  public String message() {
    return text("message");
  }

  public String logger() {
    return text("logger");
  }

  public String thread() {
    return text("thread");
  }

  private String text(String key) {
    final Object value = fields.get(key);
    return value == null ? null : value.toString();
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}
