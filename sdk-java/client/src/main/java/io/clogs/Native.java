package io.clogs;

/** The native core; every text crosses as UTF-8 bytes. Handles of clients are never 0. */
final class Native {
  private Native() {}

  static native long create(byte[][] names, byte[][] values);

  static native void destroy(long client);

  /** Copies and queues; false: dropped, and counted. */
  static native boolean submit(long client, byte[] record, int length);

  /** {delivered, remaining}. */
  static native long[] flush(long client, long nanos);

  /** The same; a negative time is the client's shutdown timeout. */
  static native long[] close(long client, long nanos);

  static native long[] stats(long client);

  static native byte[] lastError(long client);

  static native byte[][] warnings(long client);

  static native byte[] option(long client, byte[] name);

  /** A handle, or throws ClogsException. */
  static native long query(long client, byte[] text, boolean json, boolean tail, boolean rowsAsEdn,
      long timeoutNanos);

  /** Lines, or null at the end. */
  static native byte[] next(long rows);

  static native void cancel(long rows);

  static native void release(long rows);

  static native long testServer();

  static native long testClient(long server, byte[][] names, byte[][] values);

  static native void testBehave(long server, long failTimes, int code, boolean hang,
      boolean reject);

  static native byte[][] testRecords(long server);

  static native void testClear(long server);

  static native void testRelease(long server);
}
