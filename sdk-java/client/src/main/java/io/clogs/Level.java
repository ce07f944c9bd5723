package io.clogs;

import java.util.Locale;

/** Severities of log records, in order. */
public enum Level {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR,
  FATAL;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As records have it: {@code "warn"}. */
  public String text() {
    return text;
  }
}
