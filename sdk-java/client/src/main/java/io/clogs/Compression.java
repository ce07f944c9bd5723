// Written by ci/generate/options.py from core/encode/options.json.
package io.clogs;

import java.util.Locale;

/** Of batches on the wire. */
public enum Compression {
  NONE,
  GZIP;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
