// Written by ci/generate/options.py from core/encode/options.json.
import type { Level } from './levels.js';

export type OnFull = 'drop_newest' | 'drop_oldest' | 'block' | 'spool';
export type Compression = 'none' | 'gzip';
export type Diagnostics = 'off' | 'error' | 'info';

export interface GeneratedOptions {
  /**
   * Server. `host:port` is plaintext, `https://host:port` is TLS. Several, comma-separated, are
   * fail-over to the same store. Default: localhost:9090.
   */
  endpoint?: string;
  /**
   * The endpoints share their batch ids, so that a batch may be repeated at another endpoint
   * than the one it was first sent to. Default: off.
   */
  sharedBatchIds?: boolean;
  /** Sent as a bearer token. Default: empty. */
  apiKey?: string;
  /** Headers of every call. Default: empty. */
  headers?: Readonly<Record<string, string>>;
  /**
   * PEM file with the authorities that servers are checked against; empty: the system's.
   * Default: empty.
   */
  tlsCaFile?: string;
  /** PEM certificate chain of this client (mutual TLS). Default: empty. */
  tlsCertFile?: string;
  /** PEM key of tls_cert_file. Default: empty. */
  tlsKeyFile?: string;
  /** Name that the server's certificate must have; empty: the endpoint's host. Default: empty. */
  tlsServerName?: string;
  /** Key :service of every record that has none. Default: empty. */
  service?: string;
  /** Key :environment of every record. Default: empty. */
  environment?: string;
  /** Key :version of every record. Default: empty. */
  version?: string;
  /** Further keys of every record. Default: empty. */
  resource?: Readonly<Record<string, string>>;
  /** Stream that the records are stored in. Default: logs. */
  stream?: string;
  /**
   * Records below this level are not taken. Never lower than the framework's own level. Default:
   * trace.
   */
  level?: Level;
  /** Off: every call returns at once and nothing is sent. Default: on. */
  enabled?: boolean;
  /** Records that may wait in memory. Default: 8192. */
  queueMaxRecords?: number;
  /** Bytes that may wait in memory. Default: 32 MiB. */
  queueMaxBytes?: number;
  /**
   * What happens to a record when the queue is full: it is dropped, the oldest ones are, the
   * caller waits for block_timeout, or batches go through a spool on disk. Default: drop_newest.
   */
  onFull?: OnFull;
  /** How long `block` waits before the record is dropped. Default: 100 ms. */
  blockTimeoutMs?: number;
  /** Records in a batch. Default: 512. */
  batchMaxRecords?: number;
  /** Bytes in a batch, before compression. Default: 1 MiB. */
  batchMaxBytes?: number;
  /** A batch that is not full is sent after this time. Default: 1 s. */
  flushIntervalMs?: number;
  /** Batches that wait for their acknowledgement at the same time. Default: 4. */
  maxInFlight?: number;
  /** Of batches on the wire. Default: none. */
  compression?: Compression;
  /**
   * Where `spool` keeps batches; empty: clogs/spool/<service> in the user's state directory.
   * Default: empty.
   */
  spoolDirectory?: string;
  /** Size of the spool; beyond it the oldest segment is dropped and counted. Default: 1 GiB. */
  spoolMaxBytes?: number;
  /**
   * Sync every batch to the disk: it then survives a power cut, not only the death of the
   * process. Default: off.
   */
  spoolSync?: boolean;
  /** Of one call. Default: 10 s. */
  requestTimeoutMs?: number;
  /** Of connecting, TLS included. Default: 5 s. */
  connectTimeoutMs?: number;
  /**
   * Pings while calls wait; 0: none. Servers refuse what is more frequent than they allow (gRPC:
   * 5 minutes). Default: 0 s.
   */
  keepaliveIntervalMs?: number;
  /** First delay before a batch is sent again; it doubles, with full jitter. Default: 500 ms. */
  retryInitialMs?: number;
  /** Longest delay. Default: 30 s. */
  retryMaxMs?: number;
  /**
   * A batch that could not be delivered for this long is dropped; with `spool` it stays on disk.
   * Default: 300 s.
   */
  retryMaxAgeMs?: number;
  /** How long close() and the end of the process wait for delivery; 0: not at all. Default: 5 s. */
  shutdownTimeoutMs?: number;
  /**
   * Censor the values of well-known secret keys (password, authorization, token, ...). Default:
   * on.
   */
  redact?: boolean;
  /** Further keys; case and the separators _ - . are ignored. Default: empty. */
  redactKeys?: readonly string[];
  /**
   * Paths of nested values, e.g. request.headers.*.token; * is any key or position. Default:
   * empty.
   */
  redactPaths?: readonly string[];
  /**
   * Patterns of text to censor wherever it stands: credit_card, jwt, bearer, email, or text with
   * * wildcards. Default: empty.
   */
  redactValues?: readonly string[];
  /** What stands in place of a censored value. Default: [redacted]. */
  redactCensor?: string;
  /**
   * What the SDK itself writes to standard error, at most one line a minute of a kind. Default:
   * error.
   */
  diagnostics?: Diagnostics;
}

/** Name here -> name of the native client, kind of value. */
export const OPTION_TABLE: Readonly<
  Record<keyof GeneratedOptions, readonly [string, string]>> = {
  endpoint: ['endpoint', 'text'],
  sharedBatchIds: ['shared_batch_ids', 'flag'],
  apiKey: ['api_key', 'text'],
  headers: ['headers', 'pairs'],
  tlsCaFile: ['tls_ca_file', 'text'],
  tlsCertFile: ['tls_cert_file', 'text'],
  tlsKeyFile: ['tls_key_file', 'text'],
  tlsServerName: ['tls_server_name', 'text'],
  service: ['service', 'text'],
  environment: ['environment', 'text'],
  version: ['version', 'text'],
  resource: ['resource', 'pairs'],
  stream: ['stream', 'text'],
  level: ['level', 'level'],
  enabled: ['enabled', 'flag'],
  queueMaxRecords: ['queue_max_records', 'integer'],
  queueMaxBytes: ['queue_max_bytes', 'bytes'],
  onFull: ['on_full', 'choice'],
  blockTimeoutMs: ['block_timeout', 'duration'],
  batchMaxRecords: ['batch_max_records', 'integer'],
  batchMaxBytes: ['batch_max_bytes', 'bytes'],
  flushIntervalMs: ['flush_interval', 'duration'],
  maxInFlight: ['max_in_flight', 'integer'],
  compression: ['compression', 'choice'],
  spoolDirectory: ['spool_directory', 'text'],
  spoolMaxBytes: ['spool_max_bytes', 'bytes'],
  spoolSync: ['spool_sync', 'flag'],
  requestTimeoutMs: ['request_timeout', 'duration'],
  connectTimeoutMs: ['connect_timeout', 'duration'],
  keepaliveIntervalMs: ['keepalive_interval', 'duration'],
  retryInitialMs: ['retry_initial', 'duration'],
  retryMaxMs: ['retry_max', 'duration'],
  retryMaxAgeMs: ['retry_max_age', 'duration'],
  shutdownTimeoutMs: ['shutdown_timeout', 'duration'],
  redact: ['redact', 'flag'],
  redactKeys: ['redact_keys', 'texts'],
  redactPaths: ['redact_paths', 'texts'],
  redactValues: ['redact_values', 'texts'],
  redactCensor: ['redact_censor', 'text'],
  diagnostics: ['diagnostics', 'choice'],
};
