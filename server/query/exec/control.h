// What a running query's threads share: when to stop and why, and what has been read.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/query/aggregate/memory.h"
#include "server/query/engine.h"
#include "server/query/language/ast.h"

namespace clogs::query {

class Control {
 public:
  Control(const RunOptions& options, size_t memory_budget_bytes, CancelToken cancel);

  // Looked at between blocks; true once the scan is to end.
  bool should_stop();
  // Counts what a thread has read of a block.
  void count(uint64_t rows, uint64_t bytes);
  void count_unreadable(uint64_t lines) { unreadable_ += lines; }
  void fail(Status status);
  // The disk takes no more rows: the scan ends, the answer is what was taken until then.
  void fail_spilling(const Status& why);
  bool cancelled() const { return cancel_ && cancel_->load(std::memory_order_relaxed); }
  bool timed_out() const;

  Memory& memory() { return memory_; }
  uint64_t rows() const { return rows_; }
  uint64_t bytes() const { return bytes_; }
  // After the scan: its failure, or what cut it short as warnings.
  Status failure() const;
  std::vector<std::string> warnings() const;
  // The limit that was hit, as a failure for `:partial false`.
  Status limit_failure() const;

 private:
  enum class Stop : uint8_t { none, failed, cancelled, timeout, bytes, rows, memory, spill };
  void stop(Stop why);

  CancelToken cancel_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::optional<int64_t> timeout_nanos_;
  std::optional<int64_t> max_bytes_;
  std::optional<int64_t> max_rows_;
  Memory memory_;
  std::atomic<Stop> stop_{Stop::none};
  std::atomic<uint64_t> rows_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> unreadable_{0};
  mutable std::mutex mutex_;
  Status failure_;     // guarded by mutex_
  Status spill_full_;  // guarded by mutex_
};

}  // namespace clogs::query
