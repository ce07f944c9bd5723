package io.clogs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client did with its records. At any time {@code submitted + adopted} is the sum of {@code
 * sent}, {@code rejected}, all {@code dropped...}, {@code queueRecords}, {@code spoolRecords} and
 * {@code inFlightRecords}.
 */
public final class Stats {
  // In the order of the values from droppedQueueFull() on.
  private static final List<String> REASONS = List.of("queue_full", "too_large", "expired",
      "spool_full", "damaged", "closed", "shutdown", "before_send", "malformed");
  static final int VALUES = 26;

  private final long[] values;
  private final String lastError;

  /** {@code values} in the order of the methods below, as native/clogs_jni.cc has it. */
  Stats(long[] values, String lastError) {
    this.values = values;
    this.lastError = lastError;
  }

  /** All zero. */
  public static Stats none() {
    return new Stats(new long[VALUES], "");
  }

  /** Records given to the client. */
  public long submitted() {
    return values[0];
  }

  /** Of these, taken into the queue. */
  public long accepted() {
    return values[1];
  }

  /** Found in the spools of dead processes. */
  public long adopted() {
    return values[2];
  }

  /** Acknowledged by the server: on its disk. */
  public long sent() {
    return values[3];
  }

  /** Refused by the server. */
  public long rejected() {
    return values[4];
  }

  /** Batches sent again. */
  public long retried() {
    return values[5];
  }

  /** Lost because the queue was full. */
  public long droppedQueueFull() {
    return values[6];
  }

  /** Lost because they were too large. */
  public long droppedTooLarge() {
    return values[7];
  }

  /** Lost because the server was away longer than retryMaxAge. */
  public long droppedExpired() {
    return values[8];
  }

  /** Lost with the oldest segment of a full spool. */
  public long droppedSpoolFull() {
    return values[9];
  }

  /** Could not be read back from the spool. */
  public long droppedDamaged() {
    return values[10];
  }

  /** Submitted after close(). */
  public long droppedClosed() {
    return values[11];
  }

  /** Still waiting when the shutdown timeout was over. */
  public long droppedShutdown() {
    return values[12];
  }

  /** Dropped by the beforeSend hook. */
  public long droppedBeforeSend() {
    return values[13];
  }

  /** Not encoded as a record: a fault of this library. */
  public long droppedMalformed() {
    return values[14];
  }

  /** Fields renamed because their key is taken by another type. */
  public long renamedFields() {
    return values[15];
  }

  /** Fields whose key a record already had. */
  public long duplicateFields() {
    return values[16];
  }

  /** Values that were not UTF-8. */
  public long repairedText() {
    return values[17];
  }

  /** Records over the size limit, cut. */
  public long shortened() {
    return values[18];
  }

  /** Values censored. */
  public long redacted() {
    return values[19];
  }

  /** Waiting in the queue now. */
  public long queueRecords() {
    return values[20];
  }

  /** Bytes in the queue now. */
  public long queueBytes() {
    return values[21];
  }

  /** On disk, not acknowledged. */
  public long spoolRecords() {
    return values[22];
  }

  /** Bytes of the spool. */
  public long spoolBytes() {
    return values[23];
  }

  /** In batches on their way. */
  public long inFlightRecords() {
    return values[24];
  }

  /** When the server last acknowledged; 0: never. */
  public long lastSuccessUnixNanos() {
    return values[25];
  }

  /** Lost records of all reasons. */
  public long dropped() {
    long sum = 0;
    for (int i = 6; i <= 14; i++) sum += values[i];
    return sum;
  }

  /** Lost records by reason, {@code "queue_full"} and so on; every reason is there. */
  public Map<String, Long> droppedByReason() {
    final Map<String, Long> reasons = new LinkedHashMap<>();
    for (int i = 0; i < REASONS.size(); i++) reasons.put(REASONS.get(i), values[6 + i]);
    return Collections.unmodifiableMap(reasons);
  }

  /** Of delivery; empty: none so far. */
  public String lastError() {
    return lastError;
  }

  @Override
  public String toString() {
    return "Stats[submitted=" + submitted() + ", sent=" + sent() + ", rejected=" + rejected()
        + ", dropped=" + dropped() + ", queueRecords=" + queueRecords()
        + ", lastError=" + lastError + "]";
  }
}
