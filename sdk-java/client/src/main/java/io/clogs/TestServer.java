package io.clogs;

import java.util.List;
import java.util.Map;

/**
 * A server in memory, for tests: the same encoding, redaction, queue and retry as in production, no
 * socket. {@code io.clogs.testing} builds on it.
 */
public final class TestServer implements AutoCloseable {
  private long handle;

  public TestServer() {
    final Throwable error = Clogs.loadError().orElse(null);
    if (error != null) throw new IllegalStateException("the native library is not loaded", error);
    handle = Native.testServer();
  }

  public ClogsClient client() {
    return client(Map.of());
  }

  /** Options by their names and texts in docs/sdk-options.md. */
  public ClogsClient client(Map<String, String> options) {
    return client(options, null);
  }

  public synchronized ClogsClient client(Map<String, String> options,
      ClogsClient.BeforeSend beforeSend) {
    return new ClogsClient(
        Native.testClient(open(), ClogsClient.names(options), ClogsClient.texts(options)),
        beforeSend);
  }

  /** Answers the next {@code times} calls with this gRPC code, then stores again. */
  public synchronized void fail(long times, int code) {
    Native.testBehave(open(), times, code, false, false);
  }

  /** Answers nothing until it is called with false. */
  public synchronized void hang(boolean on) {
    Native.testBehave(open(), 0, 14, on, false);
  }

  /** Refuses every record. */
  public synchronized void reject(boolean on) {
    Native.testBehave(open(), 0, 14, false, on);
  }

  /** What was stored so far: a JSON object each. */
  public synchronized List<String> records() {
    return ClogsClient.texts(Native.testRecords(open()));
  }

  public synchronized void clear() {
    Native.testClear(open());
  }

  private long open() {
    if (handle == 0) throw new IllegalStateException("the test server is closed");
    return handle;
  }

  @Override
  public synchronized void close() {
    if (handle != 0) Native.testRelease(handle);
    handle = 0;
  }
}
