package io.clogs;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Encodes one record as the wire bytes of {@code clogs.v1.Record} (proto/clogs/v1/record.proto).
 * Nothing is checked here: the native core mends what a server would refuse. Not thread-safe; keeps
 * its memory from record to record.
 */
public final class RecordBuffer {
  /** Deeper values are written as text. */
  private static final int MAX_DEPTH = 32;
  /** A buffer that grew beyond this is not kept. */
  private static final int KEPT_BYTES = 1 << 16;

  // Tags of clogs.v1.Record, Field and Value: field number << 3 | wire type.
  private static final int TIMESTAMP = 1 << 3 | 1;
  private static final int FIELDS = 16 << 3 | 2;
  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 3 << 3 | 2;
  private static final int BOOL = 1 << 3;
  private static final int INT = 2 << 3;
  private static final int DOUBLE = 3 << 3 | 1;
  private static final int STRING = 4 << 3 | 2;
  private static final int NUMBER = 7 << 3 | 2;
  private static final int CHARACTER = 8 << 3;
  private static final int INSTANT = 9 << 3 | 1;
  private static final int UUID_TEXT = 11 << 3 | 2;
  private static final int VECTOR = 13 << 3 | 2;
  private static final int MAP = 15 << 3 | 2;
  private static final int ITEM = 1 << 3 | 2;
  private static final int ENTRY = 1 << 3 | 2;

  private byte[] bytes = new byte[1024];
  private int size;
  // Written last, so that ids that are given take the place of the current span's.
  private String traceId;
  private String spanId;
  // Whether they are those of the current span.
  private boolean traced;

  RecordBuffer() {}

  /** Begins a record. */
  public void clear() {
    size = 0;
    traced = false;
    traceId = null;
    spanId = null;
    if (bytes.length > KEPT_BYTES) bytes = new byte[1024];
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  /** Unix nanoseconds. */
  public void timestamp(long nanos) {
    ensure(9);
    bytes[size++] = TIMESTAMP;
    putFixed64(nanos);
  }

  public void level(String text) {
    text(2 << 3 | 2, text);
  }

  public void message(String text) {
    text(3 << 3 | 2, text);
  }

  public void service(String text) {
    text(4 << 3 | 2, text);
  }

  public void logger(String text) {
    text(6 << 3 | 2, text);
  }

  public void thread(String text) {
    text(7 << 3 | 2, text);
  }

  public void traceId(String hex) {
    traceId = hex;
  }

  public void spanId(String hex) {
    spanId = hex;
  }

  /** Ends the record. */
  void finish() {
    if (traceId != null) text(8 << 3 | 2, traceId);
    if (spanId != null) text(9 << 3 | 2, spanId);
  }

  /**
   * An entry of a logging framework's context (MDC). The ids of a trace become those of the record,
   * by the names that OpenTelemetry ({@code trace_id}) and Micrometer ({@code traceId}) give them;
   * those of a span that is current come first.
   */
  public void context(String key, Object value) {
    if (key == null) return;
    if (key.equals("trace_id") || key.equals("traceId")) {
      if (!traced) traceId(String.valueOf(value));
    } else if (key.equals("span_id") || key.equals("spanId")) {
      if (!traced) spanId(String.valueOf(value));
    } else {
      field(key, value);
    }
  }

  /** The ids of the calling thread's span. */
  void span(String trace, String span) {
    traceId = trace;
    spanId = span;
    traced = true;
  }

  /** Any value: text, numbers, times, maps, collections, arrays; others by their text. */
  public void field(String key, Object value) {
    ensure(8);
    putVarint(FIELDS);
    entry(key, value, 0);
  }

  public void field(String key, long value) {
    ensure(8);
    putVarint(FIELDS);
    final int field = begin();
    text(KEY, key);
    bytes[size++] = VALUE;
    final int start = begin();
    integer(value);
    end(start);
    end(field);
  }

  /** {@code exception} with type, message, stack trace, frames and its causes. */
  public void exception(Throwable thrown) {
    ensure(8);
    putVarint(FIELDS);
    entry("exception", ExceptionFields.of(thrown), 0);
  }

  private void entry(String key, Object value, int depth) {
    final int field = begin();
    text(KEY, key);
    ensure(8);
    bytes[size++] = VALUE;
    final int start = begin();
    value(value, depth);
    end(start);
    end(field);
  }

  private void value(Object value, int depth) {
    if (value == null) return;  // a Value without a kind is nil
    if (value instanceof CharSequence) {
      text(STRING, value.toString());
    } else if (value instanceof Integer || value instanceof Long || value instanceof Short
        || value instanceof Byte) {
      integer(((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      floating(value);
    } else if (value instanceof Boolean) {
      ensure(2);
      bytes[size++] = BOOL;
      bytes[size++] = (byte) ((Boolean) value ? 1 : 0);
    } else {
      other(value, depth);
    }
  }

  private void other(Object value, int depth) {
    try {
      if (value instanceof Enum) {
        text(STRING, ((Enum<?>) value).name());
      } else if (value instanceof BigInteger) {
        final BigInteger number = (BigInteger) value;
        if (number.bitLength() < 64) integer(number.longValue());
        else text(NUMBER, number.toString());
      } else if (value instanceof BigDecimal) {
        text(NUMBER, value + "M");
      } else if (value instanceof Instant) {
        instant((Instant) value);
      } else if (value instanceof Date) {
        instant(((Date) value).toInstant());
      } else if (value instanceof UUID) {
        text(UUID_TEXT, value.toString());
      } else if (value instanceof Character) {
        ensure(8);
        bytes[size++] = CHARACTER;
        putVarint((Character) value);
      } else if (value instanceof Optional) {
        value(((Optional<?>) value).orElse(null), depth + 1);
      } else if (depth < MAX_DEPTH && value instanceof Map) {
        map((Map<?, ?>) value, depth);
      } else if (depth < MAX_DEPTH && value instanceof Collection) {
        items(((Collection<?>) value).toArray(), depth);
      } else if (depth < MAX_DEPTH && value.getClass().isArray()) {
        items(value, depth);
      } else if (depth >= MAX_DEPTH) {
        text(STRING, "(nested too deep)");
      } else {
        text(STRING, value.toString());
      }
    } catch (RuntimeException | StackOverflowError failed) {
      // Somebody's toString() or iterator: the record goes on without the value.
      text(STRING, "(" + value.getClass().getName() + ": " + failed.getClass().getName() + ")");
    }
  }

  private void map(Map<?, ?> map, int depth) {
    ensure(8);
    bytes[size++] = MAP;
    final int start = begin();
    for (Map.Entry<?, ?> one : map.entrySet()) {
      ensure(8);
      bytes[size++] = ENTRY;
      entry(String.valueOf(one.getKey()), one.getValue(), depth + 1);
    }
    end(start);
  }

  private void items(Object array, int depth) {
    ensure(8);
    bytes[size++] = VECTOR;
    final int start = begin();
    final int count = Array.getLength(array);
    for (int i = 0; i < count; i++) {
      ensure(8);
      bytes[size++] = ITEM;
      final int item = begin();
      value(Array.get(array, i), depth + 1);
      end(item);
    }
    end(start);
  }

  private void integer(long value) {
    ensure(12);
    bytes[size++] = INT;
    putVarint(value << 1 ^ value >> 63);
  }

  private void floating(Object value) {
    // A float's own digits, not those of the double next to it.
    final double number = value instanceof Float && Float.isFinite((Float) value)
        ? Double.parseDouble(value.toString())
        : ((Number) value).doubleValue();
    ensure(9);
    bytes[size++] = DOUBLE;
    putFixed64(Double.doubleToRawLongBits(number));
  }

  private void instant(Instant instant) {
    final long nanos;
    try {
      nanos = Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    } catch (ArithmeticException outOfRange) {
      text(STRING, instant.toString());
      return;
    }
    ensure(9);
    bytes[size++] = INSTANT;
    putFixed64(nanos);
  }

  /** A tag and a text. Its length is one byte where it is ASCII under 128, as most are. */
  private void text(int tag, String text) {
    final int length = text.length();
    ensure(6 + 3 * length);
    bytes[size++] = (byte) tag;
    final int start = begin();
    int at = size;
    for (int i = 0; i < length; i++) {
      final char c = text.charAt(i);
      if (c < 0x80) {
        bytes[at++] = (byte) c;
      } else if (c < 0x800) {
        bytes[at++] = (byte) (0xC0 | c >> 6);
        bytes[at++] = (byte) (0x80 | c & 0x3F);
      } else if (Character.isHighSurrogate(c) && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        final int point = Character.toCodePoint(c, text.charAt(++i));
        bytes[at++] = (byte) (0xF0 | point >> 18);
        bytes[at++] = (byte) (0x80 | point >> 12 & 0x3F);
        bytes[at++] = (byte) (0x80 | point >> 6 & 0x3F);
        bytes[at++] = (byte) (0x80 | point & 0x3F);
      } else {
        final int point = Character.isSurrogate(c) ? 0xFFFD : c;
        bytes[at++] = (byte) (0xE0 | point >> 12);
        bytes[at++] = (byte) (0x80 | point >> 6 & 0x3F);
        bytes[at++] = (byte) (0x80 | point & 0x3F);
      }
    }
    size = at;
    end(start);
  }

  /** Room for a length of one byte; {@link #end} makes more where it is longer. */
  private int begin() {
    ensure(1);
    return size++;
  }

  private void end(int start) {
    int length = size - start - 1;
    if (length < 0x80) {
      bytes[start] = (byte) length;
      return;
    }
    int extra = 0;
    for (int rest = length >>> 7; rest != 0; rest >>>= 7) extra++;
    ensure(extra);
    System.arraycopy(bytes, start + 1, bytes, start + 1 + extra, length);
    size += extra;
    for (int at = start; ; length >>>= 7) {
      if (length < 0x80) {
        bytes[at] = (byte) length;
        return;
      }
      bytes[at++] = (byte) (length | 0x80);
    }
  }

  private void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void putFixed64(long value) {
    for (int shift = 0; shift < 64; shift += 8) bytes[size++] = (byte) (value >>> shift);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
