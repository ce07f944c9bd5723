package io.clogs.testing;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of EDN that the golden vectors are written in; keywords are their names. */
final class Edn {
  private final String text;
  private int at;

  private Edn(String text) {
    this.text = text;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(String edn) {
    return (Map<String, Object>) new Edn(edn).value();
  }

  private Object value() {
    skip();
    switch (text.charAt(at)) {
      case '{':
        return map();
      case '[':
        return items(']');
      case '"':
        return string();
      default:
        return atom();
    }
  }

  private Map<String, Object> map() {
    final List<Object> items = items('}');
    final Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i += 2) map.put((String) items.get(i), items.get(i + 1));
    return map;
  }

  private List<Object> items(char end) {
    final List<Object> items = new ArrayList<>();
    at++;
    for (skip(); text.charAt(at) != end; skip()) items.add(value());
    at++;
    return items;
  }

  private String string() {
    final int start = ++at;
    at = text.indexOf('"', start);
    return text.substring(start, at++);
  }

  private Object atom() {
    final int start = at;
    while (at < text.length() && " ,{}[]\"".indexOf(text.charAt(at)) < 0) at++;
    final String atom = text.substring(start, at);
    if (atom.startsWith(":")) return atom.substring(1);
    if (atom.equals("nil")) return null;
    if (atom.equals("true") || atom.equals("false")) return Boolean.valueOf(atom);
    final BigInteger number = new BigInteger(atom);
    return number.bitLength() < 64 ? (Object) number.longValue() : number;
  }

  private void skip() {
    while (text.charAt(at) == ' ' || text.charAt(at) == ',') at++;
  }
}
