package io.clogs;

/** A question to the server that failed. Logging itself never throws it. */
public final class ClogsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String details;

  ClogsException(int code, String message, String details) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** gRPC's canonical code: 3 a bad query, 14 no server, ... */
  public int code() {
    return code;
  }

  /** The same facts as an EDN map; empty where there are none. */
  public String details() {
    return details;
  }
}
