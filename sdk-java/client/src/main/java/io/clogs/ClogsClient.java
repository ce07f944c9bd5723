package io.clogs;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sends log records to a Clogs server. One a process; thread-safe.
 *
 * <p>No call but {@link #flush} and {@link #close} waits (except logging with {@link
 * OnFull#BLOCK}), and none throws because of delivery: what could not be delivered is counted in
 * {@link #stats()}. Threads and connections are native and begin with the first record. Where the
 * native library could not be loaded, every call does nothing: see {@link Clogs#loadError()}.
 */
public final class ClogsClient implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int POOLED = 8;
  // Buffers of this thread that no builder holds: a value's toString() may log as well.
  private static final ThreadLocal<ArrayDeque<RecordBuffer>> BUFFERS =
      ThreadLocal.withInitial(ArrayDeque::new);

  private final Handle handle;
  private final Level level;
  private final boolean enabled;
  private final BeforeSend beforeSend;

  /** Sees each record before it is queued; runs on the thread that logs and must not log. */
  @FunctionalInterface
  public interface BeforeSend {
    /** False drops the record. More fields may be added. */
    boolean test(RecordBuffer record);
  }

  /** Options by name; what is not set comes from {@code CLOGS_*} variables, then the defaults. */
  public static final class Builder extends OptionSetters<Builder> {
    private BeforeSend beforeSend;

    Builder() {}

    @Override
    Builder self() {
      return this;
    }

    public Builder beforeSend(BeforeSend hook) {
      beforeSend = hook;
      return this;
    }

    public ClogsClient build() {
      if (Clogs.loadError().isPresent()) {
        NativeLibrary.complain(values().get("diagnostics"));
        return new ClogsClient(0, null);
      }
      return new ClogsClient(Native.create(names(values()), texts(values())), beforeSend);
    }
  }

  /**
   * The native client, freed when no Java object holds it any more. It knows nothing of the Java
   * object, so that a client which nobody closed can be collected; its hook drains what is left.
   */
  private static final class Handle implements Runnable {
    private final long client;
    private final Thread hook;

    Handle(long client) {
      this.client = client;
      this.hook = client == 0 ? null : new Thread(this::drain, "clogs-shutdown");
      if (hook != null) register();
    }

    private void drain() {
      Native.close(client, -1);
    }

    private void register() {
      try {
        hook.setContextClassLoader(null);  // that of whoever made the client may be unloaded
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException | SecurityException ending) {
        // The process is ending, or may not have hooks: close() drains.
        return;
      }
    }

    /** False: the process is ending, and the hook may be draining. */
    boolean unregister() {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
        return true;
      } catch (IllegalStateException ending) {
        return false;
      } catch (SecurityException noHooks) {
        return true;
      }
    }

    /** Drains as close() does, on the cleaner's thread. At the end of the process the hook does. */
    @Override
    public void run() {
      if (unregister()) Native.destroy(client);
    }
  }

  ClogsClient(long client, BeforeSend beforeSend) {
    this.handle = new Handle(client);
    this.beforeSend = beforeSend;
    this.level = client == 0
        ? Level.TRACE : Level.valueOf(option("level").toUpperCase(Locale.ROOT));
    this.enabled = client != 0 && "true".equals(option("enabled"));
    if (client != 0) CLEANER.register(this, handle);
  }

  public static Builder builder() {
    return new Builder();
  }

  public boolean isEnabled(Level wanted) {
    return enabled && wanted.compareTo(level) >= 0;
  }

  public LogBuilder log(Level wanted, String message) {
    if (!isEnabled(wanted)) return new LogBuilder(this, null);
    final RecordBuffer buffer = take();
    buffer.timestamp(now());
    buffer.level(wanted.text());
    if (message != null) buffer.message(message);
    return new LogBuilder(this, buffer);
  }

  public LogBuilder trace(String message) {
    return log(Level.TRACE, message);
  }

  public LogBuilder debug(String message) {
    return log(Level.DEBUG, message);
  }

  public LogBuilder info(String message) {
    return log(Level.INFO, message);
  }

  public LogBuilder warn(String message) {
    return log(Level.WARN, message);
  }

  public LogBuilder error(String message) {
    return log(Level.ERROR, message);
  }

  public LogBuilder fatal(String message) {
    return log(Level.FATAL, message);
  }

  /** Unix nanoseconds, as fine as the clock is. */
  static long now() {
    final Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /**
   * For adapters: a buffer of this thread, which {@link #submit} takes back. It is empty but for
   * the ids of OpenTelemetry's current span, where there is one; ids that are set later win.
   */
  public RecordBuffer take() {
    final RecordBuffer pooled = BUFFERS.get().pollLast();
    final RecordBuffer buffer = pooled == null ? new RecordBuffer() : pooled;
    buffer.clear();
    if (Trace.SOURCE != null) Trace.SOURCE.write(buffer);
    return buffer;
  }

  /** Queues the record and takes the buffer back. Does not look at the level. Never throws. */
  public boolean submit(RecordBuffer buffer) {
    boolean taken = false;
    if (enabled && passes(buffer)) {
      buffer.finish();
      try {
        taken = Native.submit(handle.client, buffer.array(), buffer.size());
      } finally {
        // Without it the client may be collected, and its native part freed, during the call.
        Reference.reachabilityFence(this);
      }
    }
    final ArrayDeque<RecordBuffer> pool = BUFFERS.get();
    if (pool.size() < POOLED) pool.addLast(buffer);
    return taken;
  }

  private boolean passes(RecordBuffer buffer) {
    if (beforeSend == null) return true;
    try {
      return beforeSend.test(buffer);
    } catch (RuntimeException failed) {
      return true;  // a hook that fails must not cost the record
    }
  }

  /** Waits until everything submitted before is stored; true only if it is. */
  public boolean flush(Duration timeout) {
    return tryFlush(timeout).delivered();
  }

  /** The same, with what remains. */
  public FlushResult tryFlush(Duration timeout) {
    if (handle.client == 0) return new FlushResult(new long[] {0, 0});
    try {
      return new FlushResult(Native.flush(handle.client, timeout.toNanos()));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Takes no more records, drains for at most the shutdown timeout. Again: does nothing. */
  @Override
  public void close() {
    tryClose();
  }

  /** The same, with what remains. */
  public FlushResult tryClose() {
    return finish(-1);
  }

  public FlushResult close(Duration timeout) {
    return finish(timeout.toNanos());
  }

  private FlushResult finish(long nanos) {
    if (handle.client == 0) return new FlushResult(new long[] {0, 0});
    try {
      final FlushResult result = new FlushResult(Native.close(handle.client, nanos));
      handle.unregister();
      return result;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  public Stats stats() {
    if (handle.client == 0) return new Stats(new long[Stats.VALUES], Clogs.missing());
    try {
      return new Stats(Native.stats(handle.client), text(Native.lastError(handle.client)));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** About options that were wrong, or a native library that is not there: one sentence each. */
  public List<String> warnings() {
    if (handle.client == 0) return List.of(Clogs.missing());
    try {
      return texts(Native.warnings(handle.client));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** The value of an option by its name in docs/sdk-options.md; a secret reads "(secret)". */
  public String option(String name) {
    if (handle.client == 0) return "";
    try {
      return text(Native.option(handle.client, bytes(name)));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Rows as JSON objects, one text each. Close it, or read to the end. */
  public Rows query(String edn) {
    return rows(edn, false, false, Duration.ZERO);
  }

  /** The query as data: maps, lists, strings, numbers, in the JSON form of the language. */
  public Rows query(Map<String, ?> query) {
    return rows(Json.write(query), true, false, Duration.ZERO);
  }

  public Rows query(String edn, Duration timeout) {
    return rows(edn, false, false, timeout);
  }

  /** Records as they are stored, from now on. An empty query follows everything. */
  public Rows tail(String edn) {
    return rows(edn, false, true, Duration.ZERO);
  }

  private Rows rows(String text, boolean json, boolean tail, Duration timeout) {
    if (handle.client == 0) {
      throw new ClogsException(14, Clogs.missing(), "");
    }
    return new Rows(this,
        Native.query(handle.client, bytes(text), json, tail, false, timeout.toNanos()));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] utf8) {
    return utf8 == null ? "" : new String(utf8, StandardCharsets.UTF_8);
  }

  static List<String> texts(byte[][] utf8) {
    final List<String> list = new ArrayList<>(utf8.length);
    for (byte[] one : utf8) list.add(text(one));
    return Collections.unmodifiableList(list);
  }

  static byte[][] names(Map<String, String> values) {
    return values.keySet().stream().map(ClogsClient::bytes).toArray(byte[][]::new);
  }

  static byte[][] texts(Map<String, String> values) {
    return values.values().stream().map(value -> bytes(String.valueOf(value)))
        .toArray(byte[][]::new);
  }
}
