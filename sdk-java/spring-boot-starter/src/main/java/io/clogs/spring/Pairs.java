package io.clogs.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Keys with values: a map in properties, {@code k=v,k=v} in a variable. */
public final class Pairs extends LinkedHashMap<String, String> {
  private static final long serialVersionUID = 1L;

  /** What has no {@code =} is kept as it is, so that the client warns of it. */
  public static Pairs valueOf(String text) {
    final Pairs pairs = new Pairs();
    for (String pair : text.split(",")) {
      final int equals = pair.indexOf('=');
      if (equals >= 0) pairs.put(pair.substring(0, equals).trim(), pair.substring(equals + 1));
      else if (!pair.isBlank()) pairs.put(pair.trim(), null);
    }
    return pairs;
  }

  /** As the client takes them. */
  String text() {
    return entrySet().stream().map(Pairs::text).collect(Collectors.joining(","));
  }

  private static String text(Map.Entry<String, String> one) {
    return one.getValue() == null ? one.getKey() : one.getKey() + "=" + one.getValue();
  }
}
