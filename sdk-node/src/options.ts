// Written by ci/generate/options.py from core/encode/options.json.

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What is not set comes from the environment (CLOGS_*), else from the defaults. */
export interface Options {
  /** Server. `host:port` is plaintext, `https://host:port` is TLS. Several, comma-separated, are fail-over to the same store. */
  endpoint?: string;
  /** The endpoints share their batch ids, so that a batch may be repeated at another endpoint than the one it was first sent to. */
  sharedBatchIds?: boolean;
  /** Sent as a bearer token. */
  apiKey?: string;
  /** Headers of every call. */
  headers?: Readonly<Record<string, string>>;
  /** PEM file with the authorities that servers are checked against; empty: the system's. */
  tlsCaFile?: string;
  /** PEM certificate chain of this client (mutual TLS). */
  tlsCertFile?: string;
  /** PEM key of tls_cert_file. */
  tlsKeyFile?: string;
  /** Name that the server's certificate must have; empty: the endpoint's host. */
  tlsServerName?: string;
  /** Key :service of every record that has none. */
  service?: string;
  /** Key :environment of every record. */
  environment?: string;
  /** Key :version of every record. */
  version?: string;
  /** Further keys of every record. */
  resource?: Readonly<Record<string, string>>;
  /** Stream that the records are stored in. */
  stream?: string;
  /** Records below this level are not taken. Never lower than the framework's own level. */
  level?: Level;
  /** Off: every call returns at once and nothing is sent. */
  enabled?: boolean;
  /** Records that may wait in memory. */
  queueMaxRecords?: number;
  /** Bytes that may wait in memory. */
  queueMaxBytes?: number;
  /** What happens to a record when the queue is full: it is dropped, the oldest ones are, the caller waits for block_timeout, or batches go through a spool on disk. */
  onFull?: 'drop_newest' | 'drop_oldest' | 'block' | 'spool';
  /** How long `block` waits before the record is dropped. */
  blockTimeoutMs?: number;
  /** Records in a batch. */
  batchMaxRecords?: number;
  /** Bytes in a batch, before compression. */
  batchMaxBytes?: number;
  /** A batch that is not full is sent after this time. */
  flushIntervalMs?: number;
  /** Batches that wait for their acknowledgement at the same time. */
  maxInFlight?: number;
  /** Of batches on the wire. */
  compression?: 'none' | 'gzip';
  /** Where `spool` keeps batches; empty: clogs/spool/<service> in the user's state directory. */
  spoolDirectory?: string;
  /** Size of the spool; beyond it the oldest segment is dropped and counted. */
  spoolMaxBytes?: number;
  /** Sync every batch to the disk: it then survives a power cut, not only the death of the process. */
  spoolSync?: boolean;
  /** Of one call. */
  requestTimeoutMs?: number;
  /** Of connecting, TLS included. */
  connectTimeoutMs?: number;
  /** Pings while calls wait; 0: none. Servers refuse what is more frequent than they allow (gRPC: 5 minutes). */
  keepaliveIntervalMs?: number;
  /** First delay before a batch is sent again; it doubles, with full jitter. */
  retryInitialMs?: number;
  /** Longest delay. */
  retryMaxMs?: number;
  /** A batch that could not be delivered for this long is dropped; with `spool` it stays on disk. */
  retryMaxAgeMs?: number;
  /** How long close() and the end of the process wait for delivery; 0: not at all. */
  shutdownTimeoutMs?: number;
  /** Censor the values of well-known secret keys (password, authorization, token, ...). */
  redact?: boolean;
  /** Further keys; case and the separators _ - . are ignored. */
  redactKeys?: readonly string[];
  /** Paths of nested values, e.g. request.headers.*.token; * is any key or position. */
  redactPaths?: readonly string[];
  /** Patterns of text to censor wherever it stands: credit_card, jwt, bearer, email, or text with * wildcards. */
  redactValues?: readonly string[];
  /** What stands in place of a censored value. */
  redactCensor?: string;
  /** What the SDK itself writes to standard error, at most one line a minute of a kind. */
  diagnostics?: 'off' | 'error' | 'info';
}

export const OPTION_NAMES: Readonly<Record<keyof Options, string>> = {
  endpoint: 'endpoint',
  sharedBatchIds: 'shared_batch_ids',
  apiKey: 'api_key',
  headers: 'headers',
  tlsCaFile: 'tls_ca_file',
  tlsCertFile: 'tls_cert_file',
  tlsKeyFile: 'tls_key_file',
  tlsServerName: 'tls_server_name',
  service: 'service',
  environment: 'environment',
  version: 'version',
  resource: 'resource',
  stream: 'stream',
  level: 'level',
  enabled: 'enabled',
  queueMaxRecords: 'queue_max_records',
  queueMaxBytes: 'queue_max_bytes',
  onFull: 'on_full',
  blockTimeoutMs: 'block_timeout',
  batchMaxRecords: 'batch_max_records',
  batchMaxBytes: 'batch_max_bytes',
  flushIntervalMs: 'flush_interval',
  maxInFlight: 'max_in_flight',
  compression: 'compression',
  spoolDirectory: 'spool_directory',
  spoolMaxBytes: 'spool_max_bytes',
  spoolSync: 'spool_sync',
  requestTimeoutMs: 'request_timeout',
  connectTimeoutMs: 'connect_timeout',
  keepaliveIntervalMs: 'keepalive_interval',
  retryInitialMs: 'retry_initial',
  retryMaxMs: 'retry_max',
  retryMaxAgeMs: 'retry_max_age',
  shutdownTimeoutMs: 'shutdown_timeout',
  redact: 'redact',
  redactKeys: 'redact_keys',
  redactPaths: 'redact_paths',
  redactValues: 'redact_values',
  redactCensor: 'redact_censor',
  diagnostics: 'diagnostics',
};
