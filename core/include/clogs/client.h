// The Clogs client: records in, acknowledged batches at the server.
//
// Conventions
//  1. Nothing here throws, blocks, prints or logs, with the exceptions named: flush(), close() and
//  a
//     submit() with on_full `block` or `spool` wait; the RecordBuilder needs memory.
//  2. Threads: every function may be called from any thread. The client has one thread of its own,
//     native, started by the first record in this process and joined by close().
//  3. Ownership: string_views are read during the call. The client keeps no reference to anything
//  of
//     the caller's but the hooks in Options.
//  4. Fork: the parent's client goes on; in the child it is a new client with the same options,
//  empty,
//     with a new producer id. Records that were queued at the fork are sent by the parent.
//  5. Errors of delivery are counted in stats(), kept as last_error and offered to
//     Options::on_error; they never reach the application otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "clogs/level.h"
#include "clogs/options.h"
#include "clogs/query.h"
#include "clogs/record_writer.h"
#include "clogs/result.h"
#include "clogs/stats.h"

namespace clogs {

class RecordBuilder;

class Client {
 public:
  // Wrong options fall back to their defaults; warnings() says which. Opens nothing yet.
  explicit Client(Options options = Options::from_environment());
  // Shares one client with others: copies are handles.
  Client(const Client&) = default;
  Client& operator=(const Client&) = default;

  // Whether a record of this level would be taken: the minimum is Options::level.
  bool enabled(Level level) const noexcept;

  // client.info("added").with("sku", sku).with("price", 9.5).log();
  RecordBuilder log(Level level, std::string_view message) const;
  // Of something that happened at `time`.
  RecordBuilder log(Level level, std::string_view message,
                    std::chrono::system_clock::time_point time) const;
  RecordBuilder trace(std::string_view message) const;
  RecordBuilder debug(std::string_view message) const;
  RecordBuilder info(std::string_view message) const;
  RecordBuilder warn(std::string_view message) const;
  RecordBuilder error(std::string_view message) const;
  RecordBuilder fatal(std::string_view message) const;

  // Takes the wire bytes of one clogs.v1.Record, as RecordWriter or a binding wrote them: checks,
  // mends, redacts, queues. Does not look at Options::level. False: dropped, and counted by reason.
  bool submit(std::string_view record) const noexcept;

  // Waits until everything submitted before is acknowledged, at most `timeout`.
  FlushResult flush(std::chrono::nanoseconds timeout) const noexcept;
  // The same without waiting: `done` runs once on the client's thread, or here where nothing waits.
  void flush_async(std::chrono::nanoseconds timeout,
                   std::function<void(FlushResult)> done) const noexcept;
  // No record is taken any more; drains for at most `timeout` (default Options::shutdown_timeout),
  // then stops the thread. Again: the first result. What a spool holds stays for the next process.
  // The last handle's end closes with shutdown_timeout. On the client's own thread, that is in a
  // hook, neither close() nor flush() waits.
  FlushResult close() const noexcept;
  FlushResult close(std::chrono::nanoseconds timeout) const noexcept;

  Stats stats() const;
  const Options& options() const noexcept;
  // About options that were wrong: one sentence each.
  const std::vector<std::string>& warnings() const noexcept;

  // Asks the server; the connection is this client's. Opens no thread beside the client's one.
  Result<Rows> query(const QueryRequest& request) const;
  // Records as they are stored; `text` may be empty (everything of stream :logs).
  Result<Rows> tail(const QueryRequest& request) const;

  struct Impl;
  explicit Client(std::shared_ptr<Impl> impl);

 private:
  std::shared_ptr<Impl> impl_;
};

// The process's one client, made from the environment at the first call unless one was set before;
// closed when the process ends.
Client default_client();
void set_default_client(const Client& client);

// One record being written. A level below the minimum makes every call free of work.
class RecordBuilder {
 public:
  RecordBuilder(RecordBuilder&&) noexcept;
  RecordBuilder& operator=(RecordBuilder&&) = delete;
  ~RecordBuilder();  // a record without log() is not sent

  template <typename T>
  RecordBuilder&& with(std::string_view key, const T& value) && {
    if (writer_ != nullptr) writer_->field(key, value);
    return std::move(*this);
  }
  // exception.type, .message; nested exceptions (std::throw_with_nested) as its causes.
  RecordBuilder&& with_exception(const std::exception& exception) &&;
  RecordBuilder&& logger(std::string_view name) &&;
  RecordBuilder&& thread(std::string_view name) &&;
  RecordBuilder&& trace_ids(std::string_view trace_id, std::string_view span_id) &&;
  // For values that with() does not take; null where the level is not enabled.
  RecordWriter* writer() noexcept { return writer_; }
  // Adds the thread's context (clogs/scope.h) and submits. False: dropped or not enabled.
  bool log() && noexcept;

 private:
  friend class Client;
  // Without a time: now.
  RecordBuilder(const Client* client, Level level, std::string_view message,
                std::optional<std::chrono::system_clock::time_point> time);

  const Client* client_;
  RecordWriter* writer_;  // of this thread's pool; null: not enabled
};

}  // namespace clogs
