// Runs queries. Transports and the command line see only this header and format.h.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clogs/result.h"
#include "core/base/clock.h"
#include "core/edn/tape.h"
#include "core/edn/value.h"
#include "server/query/language/input.h"

namespace clogs::store {
class DeletionSink;
class SourceProvider;
class Feed;
}  // namespace clogs::store

namespace clogs::query {

class TempFiles;

// A validated query, ready to run any number of times.
class Prepared;
using PreparedPtr = std::shared_ptr<const Prepared>;

struct Header {
  std::string canonical;             // EDN
  std::string hash;                  // "sha256:<64 hex>"
  bool has_columns = false;          // false: raw rows without :select, unless the sink wants them
  std::vector<std::string> columns;  // keyword names, in order
};

struct Trailer {
  uint64_t count = 0;
  std::optional<uint64_t> total;
  bool total_exact = false;
  std::string next;  // cursor, empty at the end
  std::string prev;
  std::vector<std::string> approx;
  bool partial = false;
  std::vector<std::string> warnings;
  int64_t as_of_nanos = 0;
  std::string digest;  // "sha256:..." or empty
  uint64_t scanned_rows = 0;
  uint64_t scanned_bytes = 0;
  uint64_t files = 0;
  double took_ms = 0;
};

// Receives an answer on the thread that called run(): begin, row*, end. A failure that it returns
// (a client that went away) ends the query.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // Whether begin() is to name the columns of raw rows without :select too: the union over the
  // answer's rows by first appearance, at most 16,384. That takes a reading of its own.
  virtual bool wants_columns() const { return false; }
  virtual Status begin(const Header& header) = 0;
  // A map whose key order is the column order; lives until the call returns.
  virtual Status row(edn::View row) = 0;
  virtual Status end(const Trailer& trailer) = 0;
};

// Set from any thread to stop a running query at its next block.
using CancelToken = std::shared_ptr<std::atomic<bool>>;

struct Options {
  unsigned threads = 0;                            // of one scan; 0: one a core
  size_t memory_budget_bytes = size_t{256} << 20;  // of one query
  unsigned max_concurrent = 8;                     // further queries wait
  // Rows to be sorted beyond the memory budget go to a temporary file.
  std::string spill_dir = "/tmp";                    // is there and can be written
  uint64_t max_spill_bytes = uint64_t{10} << 30;     // of one query, on disk
  uint64_t spill_reserve_bytes = uint64_t{1} << 30;  // of the disk, left free for others
  TempFiles* temp_files = nullptr;                   // nullptr: the system's
  std::chrono::nanoseconds timeout{0};               // of a query without its own :timeout; 0: none
};

struct Explanation {
  std::string canonical;
  std::string hash;
  std::vector<Diagnostic> diagnostics;
};

struct FieldInfo {
  std::string name;
  uint64_t count = 0;
  std::vector<std::pair<std::string, uint64_t>> types;
};

struct FieldValue {
  edn::Value value;
  uint64_t count = 0;
};

// Whether a look-up tells of everything that it was asked for, and what kept it from that: a limit,
// or damage of the store.
struct Completeness {
  bool partial = false;
  std::vector<std::string> warnings;
};

struct FoundFields : Completeness {
  std::vector<FieldInfo> fields;
};

struct FoundValues : Completeness {
  std::vector<FieldValue> values;
};

// What a deletion takes, or would take.
struct Removal {
  std::string canonical;  // EDN, times absolute
  // Unix nanoseconds: it concerns what was stored at or before; what comes later stays.
  int64_t moment_nanos = 0;
  uint64_t matched = 0;
  std::vector<std::string> examples;  // some of the records, as EDN
  uint64_t number = 0;                // of the deletion; 0: nothing was recorded
  std::vector<std::string> warnings;  // parts of the store that could not be looked at
};

struct RemovalRequest {
  std::string_view text;  // parse_deletion() of language/deletion.h says what it may be
  Syntax syntax = Syntax::edn;
  std::string_view tenant;
  std::string_view by;                      // who asks, for the record
  store::DeletionSink* recorder = nullptr;  // null: a dry run
};

// A live tail. Destroying it ends it.
class TailSubscription {
 public:
  virtual ~TailSubscription() = default;
};

struct TailRow {
  uint64_t sequence = 0;  // from 1, dropped ones counted
  uint64_t dropped = 0;   // just before this one
  edn::View row;
};

class Engine {
 public:
  // `now` of relative times comes from `clock`. Provider, clock and feed (nullptr: no tails)
  // outlive the engine.
  Engine(store::SourceProvider& provider, store::Feed* feed, const Clock& clock,
         const Options& options);
  ~Engine();

  // invalid_argument with "Invalid query: ..." and details {:code :path :got :did-you-mean :line
  // :column}; unimplemented for what is legal but not built.
  Result<PreparedPtr> prepare(std::string_view text, Syntax syntax, const Params& params = {});
  // The tenant that the query's :options name; empty: the caller's own. Who calls run(), fields()
  // or tail() decides whether the caller may see it.
  static std::string_view tenant_of(const Prepared& query);
  Explanation explain(std::string_view text, Syntax syntax, const Params& params = {});

  // Runs on the calling thread with helpers of the engine's pool. deadline_exceeded and cancelled
  // only when nothing could be shown; a limit gives a partial answer.
  Status run(const Prepared& query, std::string_view tenant, RowSink& sink,
             const CancelToken& cancel = nullptr);

  // Names of fields with types and counts under a query's :time and :where, at most `limit`.
  // Failures as of run().
  Result<FoundFields> fields(const Prepared& query, std::string_view tenant, size_t limit,
                             const CancelToken& cancel = nullptr);
  Result<FoundValues> field_values(const Prepared& query, std::string_view tenant,
                                   std::string_view field, size_t limit,
                                   const CancelToken& cancel = nullptr);

  // Finds the records that match now and records their deletion: every answer from then on leaves
  // them out, also with an earlier :as-of; tails are not concerned.
  Result<Removal> remove(const RemovalRequest& request, const CancelToken& cancel = nullptr);

  // Calls `on_row` from a thread of the engine's for each stored record that matches. on_row must
  // not block for long: it returns false when it cannot take the row, which is counted as dropped.
  using OnTailRow = std::function<bool(const TailRow&)>;
  Result<std::unique_ptr<TailSubscription>> tail(PreparedPtr query, std::string_view tenant,
                                                 OnTailRow on_row);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::query
