package io.clogs.jmx;

import java.util.Map;

/** What a client did with its records, as JMX shows it; the meanings are those of {@code Stats}. */
public interface ClogsStatsMXBean {
  long getSubmitted();

  long getAccepted();

  long getAdopted();

  long getSent();

  long getRejected();

  long getRetried();

  /** Lost records of all reasons. */
  long getDropped();

  /** Lost records by reason. */
  Map<String, Long> getDroppedByReason();

  long getRedacted();

  long getQueueRecords();

  long getQueueBytes();

  long getSpoolRecords();

  long getSpoolBytes();

  long getInFlightRecords();

  /** ISO 8601; empty: never. */
  String getLastSuccess();

  String getLastError();

  String getEndpoint();

  String getService();

  /** Waits for delivery; true only if everything is stored. */
  boolean flush(long timeoutMillis);
}
