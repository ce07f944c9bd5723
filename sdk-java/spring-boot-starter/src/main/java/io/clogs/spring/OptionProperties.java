// Written by ci/generate/options.py from core/encode/options.json.
package io.clogs.spring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of the client as properties. They are texts where they could be more, so that a wrong
 * one is a warning of the client and does not stop the application; null: not set.
 */
public abstract class OptionProperties {
  /**
   * Server. {@code host:port} is plaintext, {@code https://host:port} is TLS. Several,
   * comma-separated, are fail-over to the same store.
   */
  private String endpoint;
  /**
   * The endpoints share their batch ids, so that a batch may be repeated at another endpoint than
   * the one it was first sent to.
   */
  private String sharedBatchIds;
  /** Sent as a bearer token. */
  private String apiKey;
  /** Headers of every call. */
  private Pairs headers;
  /** PEM file with the authorities that servers are checked against; empty: the system's. */
  private String tlsCaFile;
  /** PEM certificate chain of this client (mutual TLS). */
  private String tlsCertFile;
  /** PEM key of tls_cert_file. */
  private String tlsKeyFile;
  /** Name that the server's certificate must have; empty: the endpoint's host. */
  private String tlsServerName;
  /** Key :service of every record that has none. */
  private String service;
  /** Key :environment of every record. */
  private String environment;
  /** Key :version of every record. */
  private String version;
  /** Further keys of every record. */
  private Pairs resource;
  /** Stream that the records are stored in. */
  private String stream;
  /** Records below this level are not taken. Never lower than the framework's own level. */
  private String level;
  /** Off: every call returns at once and nothing is sent. */
  private String enabled;
  /** Records that may wait in memory. */
  private String queueMaxRecords;
  /** Bytes that may wait in memory. */
  private String queueMaxBytes;
  /**
   * What happens to a record when the queue is full: it is dropped, the oldest ones are, the caller
   * waits for block_timeout, or batches go through a spool on disk.
   */
  private String onFull;
  /** How long {@code block} waits before the record is dropped. */
  private String blockTimeout;
  /** Records in a batch. */
  private String batchMaxRecords;
  /** Bytes in a batch, before compression. */
  private String batchMaxBytes;
  /** A batch that is not full is sent after this time. */
  private String flushInterval;
  /** Batches that wait for their acknowledgement at the same time. */
  private String maxInFlight;
  /** Of batches on the wire. */
  private String compression;
  /**
   * Where {@code spool} keeps batches; empty: clogs/spool/&lt;service> in the user's state
   * directory.
   */
  private String spoolDirectory;
  /** Size of the spool; beyond it the oldest segment is dropped and counted. */
  private String spoolMaxBytes;
  /**
   * Sync every batch to the disk: it then survives a power cut, not only the death of the process.
   */
  private String spoolSync;
  /** Of one call. */
  private String requestTimeout;
  /** Of connecting, TLS included. */
  private String connectTimeout;
  /**
   * Pings while calls wait; 0: none. Servers refuse what is more frequent than they allow (gRPC: 5
   * minutes).
   */
  private String keepaliveInterval;
  /** First delay before a batch is sent again; it doubles, with full jitter. */
  private String retryInitial;
  /** Longest delay. */
  private String retryMax;
  /**
   * A batch that could not be delivered for this long is dropped; with {@code spool} it stays on
   * disk.
   */
  private String retryMaxAge;
  /** How long close() and the end of the process wait for delivery; 0: not at all. */
  private String shutdownTimeout;
  /** Censor the values of well-known secret keys (password, authorization, token, ...). */
  private String redact;
  /** Further keys; case and the separators _ - . are ignored. */
  private List<String> redactKeys;
  /** Paths of nested values, e.g. request.headers.*.token; * is any key or position. */
  private List<String> redactPaths;
  /**
   * Patterns of text to censor wherever it stands: credit_card, jwt, bearer, email, or text with *
   * wildcards.
   */
  private List<String> redactValues;
  /** What stands in place of a censored value. */
  private String redactCensor;
  /** What the SDK itself writes to standard error, at most one line a minute of a kind. */
  private String diagnostics;

  /** Those that are set, by name and text, as the client's builder takes them. */
  public Map<String, String> options() {
    final OptionTexts texts = new OptionTexts();
    texts.plain("endpoint", endpoint);
    texts.plain("shared_batch_ids", sharedBatchIds);
    texts.plain("api_key", apiKey);
    texts.pairs("headers", headers);
    texts.plain("tls_ca_file", tlsCaFile);
    texts.plain("tls_cert_file", tlsCertFile);
    texts.plain("tls_key_file", tlsKeyFile);
    texts.plain("tls_server_name", tlsServerName);
    texts.plain("service", service);
    texts.plain("environment", environment);
    texts.plain("version", version);
    texts.pairs("resource", resource);
    texts.plain("stream", stream);
    texts.choice("level", level);
    texts.plain("enabled", enabled);
    texts.plain("queue_max_records", queueMaxRecords);
    texts.bytes("queue_max_bytes", queueMaxBytes);
    texts.choice("on_full", onFull);
    texts.millis("block_timeout", blockTimeout);
    texts.plain("batch_max_records", batchMaxRecords);
    texts.bytes("batch_max_bytes", batchMaxBytes);
    texts.millis("flush_interval", flushInterval);
    texts.plain("max_in_flight", maxInFlight);
    texts.choice("compression", compression);
    texts.plain("spool_directory", spoolDirectory);
    texts.bytes("spool_max_bytes", spoolMaxBytes);
    texts.plain("spool_sync", spoolSync);
    texts.millis("request_timeout", requestTimeout);
    texts.millis("connect_timeout", connectTimeout);
    texts.millis("keepalive_interval", keepaliveInterval);
    texts.millis("retry_initial", retryInitial);
    texts.millis("retry_max", retryMax);
    texts.millis("retry_max_age", retryMaxAge);
    texts.millis("shutdown_timeout", shutdownTimeout);
    texts.plain("redact", redact);
    texts.list("redact_keys", redactKeys);
    texts.list("redact_paths", redactPaths);
    texts.list("redact_values", redactValues);
    texts.plain("redact_censor", redactCensor);
    texts.choice("diagnostics", diagnostics);
    return texts.values();
  }

  /** Property (behind {@code clogs.}) and variable, where Spring does not relate them. */
  static Map<String, String> otherVariables() {
    final Map<String, String> names = new LinkedHashMap<>();
    names.put("CLOGS_BLOCK_TIMEOUT_MS", "block-timeout");
    names.put("CLOGS_FLUSH_INTERVAL_MS", "flush-interval");
    names.put("CLOGS_REQUEST_TIMEOUT_MS", "request-timeout");
    names.put("CLOGS_CONNECT_TIMEOUT_MS", "connect-timeout");
    names.put("CLOGS_KEEPALIVE_INTERVAL_MS", "keepalive-interval");
    names.put("CLOGS_RETRY_INITIAL_MS", "retry-initial");
    names.put("CLOGS_RETRY_MAX_MS", "retry-max");
    names.put("CLOGS_RETRY_MAX_AGE_MS", "retry-max-age");
    names.put("CLOGS_SHUTDOWN_TIMEOUT_MS", "shutdown-timeout");
    return names;
  }

  public String getEndpoint() {
    return endpoint;
  }

  public void setEndpoint(String value) {
    endpoint = value;
  }

  public String getSharedBatchIds() {
    return sharedBatchIds;
  }

  public void setSharedBatchIds(String value) {
    sharedBatchIds = value;
  }

  public String getApiKey() {
    return apiKey;
  }

  public void setApiKey(String value) {
    apiKey = value;
  }

  public Pairs getHeaders() {
    return headers;
  }

  public void setHeaders(Pairs value) {
    headers = value;
  }

  public String getTlsCaFile() {
    return tlsCaFile;
  }

  public void setTlsCaFile(String value) {
    tlsCaFile = value;
  }

  public String getTlsCertFile() {
    return tlsCertFile;
  }

  public void setTlsCertFile(String value) {
    tlsCertFile = value;
  }

  public String getTlsKeyFile() {
    return tlsKeyFile;
  }

  public void setTlsKeyFile(String value) {
    tlsKeyFile = value;
  }

  public String getTlsServerName() {
    return tlsServerName;
  }

  public void setTlsServerName(String value) {
    tlsServerName = value;
  }

  public String getService() {
    return service;
  }

  public void setService(String value) {
    service = value;
  }

  public String getEnvironment() {
    return environment;
  }

  public void setEnvironment(String value) {
    environment = value;
  }

  public String getVersion() {
    return version;
  }

  public void setVersion(String value) {
    version = value;
  }

  public Pairs getResource() {
    return resource;
  }

  public void setResource(Pairs value) {
    resource = value;
  }

  public String getStream() {
    return stream;
  }

  public void setStream(String value) {
    stream = value;
  }

  public String getLevel() {
    return level;
  }

  public void setLevel(String value) {
    level = value;
  }

  public String getEnabled() {
    return enabled;
  }

  public void setEnabled(String value) {
    enabled = value;
  }

  public String getQueueMaxRecords() {
    return queueMaxRecords;
  }

  public void setQueueMaxRecords(String value) {
    queueMaxRecords = value;
  }

  public String getQueueMaxBytes() {
    return queueMaxBytes;
  }

  public void setQueueMaxBytes(String value) {
    queueMaxBytes = value;
  }

  public String getOnFull() {
    return onFull;
  }

  public void setOnFull(String value) {
    onFull = value;
  }

  public String getBlockTimeout() {
    return blockTimeout;
  }

  public void setBlockTimeout(String value) {
    blockTimeout = value;
  }

  public String getBatchMaxRecords() {
    return batchMaxRecords;
  }

  public void setBatchMaxRecords(String value) {
    batchMaxRecords = value;
  }

  public String getBatchMaxBytes() {
    return batchMaxBytes;
  }

  public void setBatchMaxBytes(String value) {
    batchMaxBytes = value;
  }

  public String getFlushInterval() {
    return flushInterval;
  }

  public void setFlushInterval(String value) {
    flushInterval = value;
  }

  public String getMaxInFlight() {
    return maxInFlight;
  }

  public void setMaxInFlight(String value) {
    maxInFlight = value;
  }

  public String getCompression() {
    return compression;
  }

  public void setCompression(String value) {
    compression = value;
  }

  public String getSpoolDirectory() {
    return spoolDirectory;
  }

  public void setSpoolDirectory(String value) {
    spoolDirectory = value;
  }

  public String getSpoolMaxBytes() {
    return spoolMaxBytes;
  }

  public void setSpoolMaxBytes(String value) {
    spoolMaxBytes = value;
  }

  public String getSpoolSync() {
    return spoolSync;
  }

  public void setSpoolSync(String value) {
    spoolSync = value;
  }

  public String getRequestTimeout() {
    return requestTimeout;
  }

  public void setRequestTimeout(String value) {
    requestTimeout = value;
  }

  public String getConnectTimeout() {
    return connectTimeout;
  }

  public void setConnectTimeout(String value) {
    connectTimeout = value;
  }

  public String getKeepaliveInterval() {
    return keepaliveInterval;
  }

  public void setKeepaliveInterval(String value) {
    keepaliveInterval = value;
  }

  public String getRetryInitial() {
    return retryInitial;
  }

  public void setRetryInitial(String value) {
    retryInitial = value;
  }

  public String getRetryMax() {
    return retryMax;
  }

  public void setRetryMax(String value) {
    retryMax = value;
  }

  public String getRetryMaxAge() {
    return retryMaxAge;
  }

  public void setRetryMaxAge(String value) {
    retryMaxAge = value;
  }

  public String getShutdownTimeout() {
    return shutdownTimeout;
  }

  public void setShutdownTimeout(String value) {
    shutdownTimeout = value;
  }

  public String getRedact() {
    return redact;
  }

  public void setRedact(String value) {
    redact = value;
  }

  public List<String> getRedactKeys() {
    return redactKeys;
  }

  public void setRedactKeys(List<String> value) {
    redactKeys = value;
  }

  public List<String> getRedactPaths() {
    return redactPaths;
  }

  public void setRedactPaths(List<String> value) {
    redactPaths = value;
  }

  public List<String> getRedactValues() {
    return redactValues;
  }

  public void setRedactValues(List<String> value) {
    redactValues = value;
  }

  public String getRedactCensor() {
    return redactCensor;
  }

  public void setRedactCensor(String value) {
    redactCensor = value;
  }

  public String getDiagnostics() {
    return diagnostics;
  }

  public void setDiagnostics(String value) {
    diagnostics = value;
  }
}
