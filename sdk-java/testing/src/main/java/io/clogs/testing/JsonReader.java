package io.clogs.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON that the client's test server prints; trusts it to be JSON. */
final class JsonReader {
  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(String json) {
    return (Map<String, Object>) new JsonReader(json).value();
  }

  private Object value() {
    skipSpace();
    switch (text.charAt(at)) {
      case '{':
        return map();
      case '[':
        return list();
      case '"':
        return string();
      case 't':
        at += 4;
        return true;
      case 'f':
        at += 5;
        return false;
      case 'n':
        at += 4;
        return null;
      default:
        return number();
    }
  }

  private Map<String, Object> map() {
    final Map<String, Object> map = new LinkedHashMap<>();
    at++;
    for (skipSpace(); text.charAt(at) != '}'; skipSpace()) {
      if (text.charAt(at) == ',') {
        at++;
        skipSpace();
      }
      final String key = string();
      skipSpace();
      at++;
      map.put(key, value());
    }
    at++;
    return map;
  }

  private List<Object> list() {
    final List<Object> list = new ArrayList<>();
    at++;
    for (skipSpace(); text.charAt(at) != ']'; skipSpace()) {
      if (text.charAt(at) == ',') at++;
      list.add(value());
    }
    at++;
    return list;
  }

  private String string() {
    final StringBuilder out = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        c = text.charAt(++at);
        if (c == 'u') {
          c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
          at += 4;
        } else {
          final int known = "nrtbf".indexOf(c);
          if (known >= 0) c = "\n\r\t\b\f".charAt(known);
        }
      }
      out.append(c);
    }
    at++;
    return out.toString();
  }

  private Object number() {
    final int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    final String digits = text.substring(start, at);
    if (digits.matches("-?\\d+")) {
      final BigInteger integer = new BigInteger(digits);
      if (integer.bitLength() < 64) return integer.longValue();
      return integer;
    }
    final BigDecimal decimal = new BigDecimal(digits);
    return decimal.doubleValue();
  }

  private void skipSpace() {
    while (Character.isWhitespace(text.charAt(at))) at++;
  }
}
