// Written by ci/generate/options.py from core/encode/options.json.
package io.clogs;

import java.util.Locale;

/** What the SDK itself writes to standard error, at most one line a minute of a kind. */
public enum Diagnostics {
  OFF,
  ERROR,
  INFO;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
