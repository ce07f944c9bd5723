// Written by ci/generate/options.py from core/encode/options.json.
package io.clogs;

import java.util.Locale;

/**
 * What happens to a record when the queue is full: it is dropped, the oldest ones are, the caller
 * waits for block_timeout, or batches go through a spool on disk.
 */
public enum OnFull {
  DROP_NEWEST,
  DROP_OLDEST,
  BLOCK,
  SPOOL;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
