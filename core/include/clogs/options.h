// What a client is told: where to send, what to keep, when to give up.
// Written by ci/generate/options.py from core/encode/options.json; table: docs/sdk-options.md.
//
// Code beats environment beats default: start with from_environment() and set what the code knows.
// A wrong value never stops the application: correct() puts the default in its place and says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clogs/level.h"
#include "clogs/result.h"
#include "clogs/status.h"

namespace clogs {

enum class OnFull : uint8_t { drop_newest, drop_oldest, block, spool };
enum class Compression : uint8_t { none, gzip };
enum class Diagnostics : uint8_t { off, error, info };

struct Options {
  // Server. `host:port` is plaintext, `https://host:port` is TLS. Several, comma-separated, are
  // fail-over to the same store.
  std::string endpoint = "localhost:9090";
  // The endpoints share their batch ids, so that a batch may be repeated at another endpoint than
  // the one it was first sent to.
  bool shared_batch_ids = false;
  // Sent as a bearer token.
  std::string api_key;
  // Headers of every call.
  std::vector<std::pair<std::string, std::string>> headers;
  // PEM file with the authorities that servers are checked against; empty: the system's.
  std::string tls_ca_file;
  // PEM certificate chain of this client (mutual TLS).
  std::string tls_cert_file;
  // PEM key of tls_cert_file.
  std::string tls_key_file;
  // Name that the server's certificate must have; empty: the endpoint's host.
  std::string tls_server_name;

  // Key :service of every record that has none.
  std::string service;
  // Key :environment of every record.
  std::string environment;
  // Key :version of every record.
  std::string version;
  // Further keys of every record.
  std::vector<std::pair<std::string, std::string>> resource;
  // Stream that the records are stored in.
  std::string stream = "logs";

  // Records below this level are not taken. Never lower than the framework's own level.
  Level level = Level::trace;
  // Off: every call returns at once and nothing is sent.
  bool enabled = true;

  // Records that may wait in memory. At most 10000000.
  uint64_t queue_max_records = 8192;
  // Bytes that may wait in memory.
  uint64_t queue_max_bytes = 33554432;
  // What happens to a record when the queue is full: it is dropped, the oldest ones are, the
  // caller waits for block_timeout, or batches go through a spool on disk.
  OnFull on_full = OnFull::drop_newest;
  // How long `block` waits before the record is dropped.
  std::chrono::milliseconds block_timeout{100};

  // Records in a batch. At most 100000.
  uint64_t batch_max_records = 512;
  // Bytes in a batch, before compression.
  uint64_t batch_max_bytes = 1048576;
  // A batch that is not full is sent after this time.
  std::chrono::milliseconds flush_interval{1000};
  // Batches that wait for their acknowledgement at the same time. At most 64.
  uint64_t max_in_flight = 4;
  // Of batches on the wire.
  Compression compression = Compression::none;

  // Where `spool` keeps batches; empty: clogs/spool/<service> in the user's state directory.
  std::string spool_directory;
  // Size of the spool; beyond it the oldest segment is dropped and counted.
  uint64_t spool_max_bytes = 1073741824;
  // Sync every batch to the disk: it then survives a power cut, not only the death of the
  // process.
  bool spool_sync = false;

  // Of one call.
  std::chrono::milliseconds request_timeout{10000};
  // Of connecting, TLS included.
  std::chrono::milliseconds connect_timeout{5000};
  // Pings while calls wait; 0: none. Servers refuse what is more frequent than they allow (gRPC:
  // 5 minutes).
  std::chrono::milliseconds keepalive_interval{0};
  // First delay before a batch is sent again; it doubles, with full jitter.
  std::chrono::milliseconds retry_initial{500};
  // Longest delay.
  std::chrono::milliseconds retry_max{30000};
  // A batch that could not be delivered for this long is dropped; with `spool` it stays on disk.
  std::chrono::milliseconds retry_max_age{300000};

  // How long close() and the end of the process wait for delivery; 0: not at all.
  std::chrono::milliseconds shutdown_timeout{5000};

  // Censor the values of well-known secret keys (password, authorization, token, ...).
  bool redact = true;
  // Further keys; case and the separators _ - . are ignored.
  std::vector<std::string> redact_keys;
  // Paths of nested values, e.g. request.headers.*.token; * is any key or position.
  std::vector<std::string> redact_paths;
  // Patterns of text to censor wherever it stands: credit_card, jwt, bearer, email, or text with
  // * wildcards.
  std::vector<std::string> redact_values;
  // What stands in place of a censored value.
  std::string redact_censor = "[redacted]";

  // What the SDK itself writes to standard error, at most one line a minute of a kind.
  Diagnostics diagnostics = Diagnostics::error;

  // Hooks. They run on the thread that logs (before_send) or on the client's own (on_error) and
  // must not log. What they throw is caught: the record is then sent as it was.
  //
  // Sees each record before it is queued, as the bytes of a clogs.v1.Record, mended and redacted;
  // clogs/record_view.h reads them. May replace them, by a RecordWriter's; they are then mended and
  // redacted again. False drops the record, counted.
  std::function<bool(std::string& record)> before_send;
  // Trouble with delivery: one call a failure, at most one a second.
  std::function<void(const Status& trouble)> on_error;

  // One sentence for each wrong value: option, value, what was expected, where it came from.
  std::vector<std::string> warnings;

  // The defaults, then what the variables say. An empty variable counts as absent.
  static Options from_environment();
  // The same with another source than the process's environment; it returns null for absent.
  using Environment = std::function<const char*(const char* name)>;
  static Options from_environment(const Environment& environment);

  // By the option's name and its value as text, in the form that its variable has (durations in
  // milliseconds, lists with commas, pairs as k=v,k=v). Refused: not_found for a name,
  // invalid_argument for a value; the option stays as it was.
  Status set(std::string_view name, std::string_view value);
  // The value in that form; a secret that is set reads "(secret)".
  Result<std::string> get(std::string_view name) const;
  // Puts what is out of its range, or contradicts another option, right and adds to `warnings`.
  void correct();
};

}  // namespace clogs
