package io.clogs;

import java.util.Map;

/**
 * One record being written: {@code client.info("added").with("sku", sku).log()}. Where the level is
 * not enabled nothing is done. Of one thread, and used up by {@link #log()}.
 */
public final class LogBuilder {
  private final ClogsClient client;
  // Null: not enabled, or given back by log().
  private RecordBuffer buffer;

  LogBuilder(ClogsClient client, RecordBuffer buffer) {
    this.client = client;
    this.buffer = buffer;
  }

  /** Any value: text, numbers, times, maps, collections, arrays; others by their text. */
  public LogBuilder with(String key, Object value) {
    if (buffer != null && key != null) buffer.field(key, value);
    return this;
  }

  public LogBuilder with(String key, long value) {
    if (buffer != null && key != null) buffer.field(key, value);
    return this;
  }

  /** Type, message, stack trace, frames and causes under {@code :exception}. */
  public LogBuilder with(Throwable thrown) {
    if (buffer != null && thrown != null) buffer.exception(thrown);
    return this;
  }

  /** Fields of a context, such as the MDC; {@code trace_id} and {@code span_id} in it are known. */
  public LogBuilder context(Map<String, ?> context) {
    if (buffer != null && context != null) context.forEach(buffer::context);
    return this;
  }

  public LogBuilder logger(String name) {
    if (buffer != null && name != null) buffer.logger(name);
    return this;
  }

  public LogBuilder trace(String traceId, String spanId) {
    if (buffer != null) {
      if (traceId != null) buffer.traceId(traceId);
      if (spanId != null) buffer.spanId(spanId);
    }
    return this;
  }

  /** False: dropped (and counted), not enabled, or logged before. */
  public boolean log() {
    if (buffer == null) return false;
    final RecordBuffer written = buffer;
    buffer = null;
    return client.submit(written);
  }
}
