package io.clogs;

import java.util.Optional;

/** The process's one client, and whether the native library is there. */
public final class Clogs {
  private static final Object LOCK = new Object();
  private static volatile ClogsClient shared;

  private Clogs() {}

  /** Why the native library could not be loaded; logging then does nothing. Never throws. */
  public static Optional<Throwable> loadError() {
    return Optional.ofNullable(NativeLibrary.error());
  }

  /** One sentence about {@link #loadError()}. */
  static String missing() {
    return "the native library is not loaded, records go nowhere: "
        + loadError().map(Throwable::getMessage).orElse("");
  }

  /**
   * The client of this process: made from the environment at the first call, unless one was set.
   */
  public static ClogsClient client() {
    final ClogsClient there = shared;
    if (there != null) return there;
    synchronized (LOCK) {
      if (shared == null) shared = ClogsClient.builder().build();
      return shared;
    }
  }

  /** Makes a client the process's one; returns the one before, which stays open, or null. */
  public static ClogsClient use(ClogsClient client) {
    synchronized (LOCK) {
      final ClogsClient before = shared;
      shared = client;
      return before;
    }
  }
}
