package io.clogs;

/** The truth about a flush or a close. */
public final class FlushResult {
  private final boolean delivered;
  private final long remaining;

  FlushResult(long[] parts) {
    delivered = parts[0] != 0;
    remaining = parts[1];
  }

  /** Whether everything submitted before is stored at the server. */
  public boolean delivered() {
    return delivered;
  }

  /** Records without an acknowledgement. */
  public long remaining() {
    return remaining;
  }

  @Override
  public String toString() {
    return "FlushResult[delivered=" + delivered + ", remaining=" + remaining + "]";
  }
}
