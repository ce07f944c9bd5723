package io.clogs;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;

/** Writes the JSON form of a query from maps, collections, texts, numbers and booleans. */
final class Json {
  private Json() {}

  static String write(Object value) {
    final StringBuilder out = new StringBuilder();
    put(value, out);
    return out.toString();
  }

  private static void put(Object value, StringBuilder out) {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else if (value instanceof Map) {
      String separator = "{";
      for (Map.Entry<?, ?> one : ((Map<?, ?>) value).entrySet()) {
        out.append(separator);
        quote(String.valueOf(one.getKey()), out);
        out.append(':');
        put(one.getValue(), out);
        separator = ",";
      }
      out.append(separator.equals("{") ? "{}" : "}");
    } else if (value instanceof Collection) {
      list(((Collection<?>) value).toArray(), out);
    } else if (value.getClass().isArray()) {
      list(value, out);
    } else {
      quote(value.toString(), out);
    }
  }

  private static void list(Object array, StringBuilder out) {
    out.append('[');
    for (int i = 0; i < Array.getLength(array); i++) {
      if (i > 0) out.append(',');
      put(Array.get(array, i), out);
    }
    out.append(']');
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    out.append('"');
  }
}
