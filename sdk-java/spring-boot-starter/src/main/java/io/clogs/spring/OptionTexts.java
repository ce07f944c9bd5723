package io.clogs.spring;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * Options as the client takes them, from the forms that Spring's users know: {@code 2s}, {@code
 * 32MB}, {@code drop-newest}. What is in no such form goes on as it is, and the client warns of it.
 * Null and empty: not set.
 */
final class OptionTexts {
  private final Map<String, String> values = new LinkedHashMap<>();

  Map<String, String> values() {
    return values;
  }

  void plain(String name, String value) {
    if (value != null && !value.isEmpty()) values.put(name, value);
  }

  void choice(String name, String value) {
    if (value != null) plain(name, value.toLowerCase(Locale.ROOT).replace('-', '_'));
  }

  /** A number alone is milliseconds. */
  void millis(String name, String value) {
    if (value == null || value.isEmpty()) return;
    try {
      final Duration duration = DurationStyle.detectAndParse(value, ChronoUnit.MILLIS);
      plain(name, Long.toString(duration.toMillis()));
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      plain(name, value);
    }
  }

  /** A number alone is bytes. */
  void bytes(String name, String value) {
    if (value == null || value.isEmpty()) return;
    try {
      plain(name, Long.toString(DataSize.parse(value).toBytes()));
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      plain(name, value);
    }
  }

  void list(String name, List<String> value) {
    if (value != null) plain(name, String.join(",", value));
  }

  void pairs(String name, Pairs value) {
    if (value != null) plain(name, value.text());
  }
}
