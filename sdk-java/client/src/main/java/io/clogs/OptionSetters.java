// Written by ci/generate/options.py from core/encode/options.json.
package io.clogs;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The options of a client, one method each. What is not set comes from the environment. */
abstract class OptionSetters<T extends OptionSetters<T>> {
  private final Map<String, String> values = new LinkedHashMap<>();

  abstract T self();

  Map<String, String> values() {
    return values;
  }

  /**
   * By name and text, as the variable of the environment has it. A wrong name or value is told by
   * {@link ClogsClient#warnings()}.
   */
  public T set(String name, String value) {
    values.put(name, value);
    return self();
  }

  private static String pairs(Map<String, String> value) {
    final StringBuilder text = new StringBuilder();
    value.forEach((key, one) ->
        text.append(text.length() == 0 ? "" : ",").append(key).append('=').append(one));
    return text.toString();
  }

  /**
   * Server. {@code host:port} is plaintext, {@code https://host:port} is TLS. Several,
   * comma-separated, are fail-over to the same store.
   */
  public T endpoint(String value) {
    return set("endpoint", value);
  }

  /**
   * The endpoints share their batch ids, so that a batch may be repeated at another endpoint than
   * the one it was first sent to.
   */
  public T sharedBatchIds(boolean value) {
    return set("shared_batch_ids", Boolean.toString(value));
  }

  /** Sent as a bearer token. */
  public T apiKey(String value) {
    return set("api_key", value);
  }

  /** Headers of every call. */
  public T headers(Map<String, String> value) {
    return set("headers", pairs(value));
  }

  /** PEM file with the authorities that servers are checked against; empty: the system's. */
  public T tlsCaFile(String value) {
    return set("tls_ca_file", value);
  }

  /** PEM certificate chain of this client (mutual TLS). */
  public T tlsCertFile(String value) {
    return set("tls_cert_file", value);
  }

  /** PEM key of tls_cert_file. */
  public T tlsKeyFile(String value) {
    return set("tls_key_file", value);
  }

  /** Name that the server's certificate must have; empty: the endpoint's host. */
  public T tlsServerName(String value) {
    return set("tls_server_name", value);
  }

  /** Key :service of every record that has none. */
  public T service(String value) {
    return set("service", value);
  }

  /** Key :environment of every record. */
  public T environment(String value) {
    return set("environment", value);
  }

  /** Key :version of every record. */
  public T version(String value) {
    return set("version", value);
  }

  /** Further keys of every record. */
  public T resource(Map<String, String> value) {
    return set("resource", pairs(value));
  }

  /** Stream that the records are stored in. */
  public T stream(String value) {
    return set("stream", value);
  }

  /** Records below this level are not taken. Never lower than the framework's own level. */
  public T level(Level value) {
    return set("level", value.text());
  }

  /** Off: every call returns at once and nothing is sent. */
  public T enabled(boolean value) {
    return set("enabled", Boolean.toString(value));
  }

  /** Records that may wait in memory. */
  public T queueMaxRecords(long value) {
    return set("queue_max_records", Long.toString(value));
  }

  /** Bytes that may wait in memory. */
  public T queueMaxBytes(long value) {
    return set("queue_max_bytes", Long.toString(value));
  }

  /**
   * What happens to a record when the queue is full: it is dropped, the oldest ones are, the caller
   * waits for block_timeout, or batches go through a spool on disk.
   */
  public T onFull(OnFull value) {
    return set("on_full", value.text());
  }

  /** How long {@code block} waits before the record is dropped. */
  public T blockTimeout(Duration value) {
    return set("block_timeout", Long.toString(value.toMillis()));
  }

  /** Records in a batch. */
  public T batchMaxRecords(long value) {
    return set("batch_max_records", Long.toString(value));
  }

  /** Bytes in a batch, before compression. */
  public T batchMaxBytes(long value) {
    return set("batch_max_bytes", Long.toString(value));
  }

  /** A batch that is not full is sent after this time. */
  public T flushInterval(Duration value) {
    return set("flush_interval", Long.toString(value.toMillis()));
  }

  /** Batches that wait for their acknowledgement at the same time. */
  public T maxInFlight(long value) {
    return set("max_in_flight", Long.toString(value));
  }

  /** Of batches on the wire. */
  public T compression(Compression value) {
    return set("compression", value.text());
  }

  /**
   * Where {@code spool} keeps batches; empty: clogs/spool/&lt;service> in the user's state
   * directory.
   */
  public T spoolDirectory(String value) {
    return set("spool_directory", value);
  }

  /** Size of the spool; beyond it the oldest segment is dropped and counted. */
  public T spoolMaxBytes(long value) {
    return set("spool_max_bytes", Long.toString(value));
  }

  /**
   * Sync every batch to the disk: it then survives a power cut, not only the death of the process.
   */
  public T spoolSync(boolean value) {
    return set("spool_sync", Boolean.toString(value));
  }

  /** Of one call. */
  public T requestTimeout(Duration value) {
    return set("request_timeout", Long.toString(value.toMillis()));
  }

  /** Of connecting, TLS included. */
  public T connectTimeout(Duration value) {
    return set("connect_timeout", Long.toString(value.toMillis()));
  }

  /**
   * Pings while calls wait; 0: none. Servers refuse what is more frequent than they allow (gRPC: 5
   * minutes).
   */
  public T keepaliveInterval(Duration value) {
    return set("keepalive_interval", Long.toString(value.toMillis()));
  }

  /** First delay before a batch is sent again; it doubles, with full jitter. */
  public T retryInitial(Duration value) {
    return set("retry_initial", Long.toString(value.toMillis()));
  }

  /** Longest delay. */
  public T retryMax(Duration value) {
    return set("retry_max", Long.toString(value.toMillis()));
  }

  /**
   * A batch that could not be delivered for this long is dropped; with {@code spool} it stays on
   * disk.
   */
  public T retryMaxAge(Duration value) {
    return set("retry_max_age", Long.toString(value.toMillis()));
  }

  /** How long close() and the end of the process wait for delivery; 0: not at all. */
  public T shutdownTimeout(Duration value) {
    return set("shutdown_timeout", Long.toString(value.toMillis()));
  }

  /** Censor the values of well-known secret keys (password, authorization, token, ...). */
  public T redact(boolean value) {
    return set("redact", Boolean.toString(value));
  }

  /** Further keys; case and the separators _ - . are ignored. */
  public T redactKeys(String... value) {
    return set("redact_keys", String.join(",", value));
  }

  /** Paths of nested values, e.g. request.headers.*.token; * is any key or position. */
  public T redactPaths(String... value) {
    return set("redact_paths", String.join(",", value));
  }

  /**
   * Patterns of text to censor wherever it stands: credit_card, jwt, bearer, email, or text with *
   * wildcards.
   */
  public T redactValues(String... value) {
    return set("redact_values", String.join(",", value));
  }

  /** What stands in place of a censored value. */
  public T redactCensor(String value) {
    return set("redact_censor", value);
  }

  /** What the SDK itself writes to standard error, at most one line a minute of a kind. */
  public T diagnostics(Diagnostics value) {
    return set("diagnostics", value.text());
  }
}
