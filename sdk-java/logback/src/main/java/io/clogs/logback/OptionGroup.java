package io.clogs.logback;

import java.util.LinkedHashMap;
import java.util.Map;

/** Options as nested elements of logback's configuration. */
public abstract class OptionGroup {
  private final Map<String, String> options = new LinkedHashMap<>();

  Map<String, String> options() {
    return options;
  }

  final void put(String name, String value) {
    options.put(name, value);
  }

  /** {@code <queue>}. */
  public static final class Queue extends OptionGroup {
    public void setMaxRecords(long value) {
      put("queue_max_records", Long.toString(value));
    }

    public void setMaxBytes(long value) {
      put("queue_max_bytes", Long.toString(value));
    }

    public void setOnFull(String value) {
      put("on_full", value);
    }

    public void setSpoolDirectory(String value) {
      put("spool_directory", value);
    }
  }

  /** {@code <batch>}. */
  public static final class Batch extends OptionGroup {
    public void setMaxRecords(long value) {
      put("batch_max_records", Long.toString(value));
    }

    public void setMaxBytes(long value) {
      put("batch_max_bytes", Long.toString(value));
    }

    public void setFlushIntervalMs(long value) {
      put("flush_interval", Long.toString(value));
    }
  }

  /** {@code <option>}. */
  public static final class One {
    private String name = "";
    private String value = "";

    public void setName(String text) {
      name = text;
    }

    public void setValue(String text) {
      value = text;
    }

    String name() {
      return name;
    }

    String value() {
      return value;
    }
  }
}
