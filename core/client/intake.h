// Where records enter: the queue, and the counts of what went into it and what did not.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "clogs/options.h"
#include "core/queue/record_queue.h"

namespace clogs::client {

// Counts are exact in the sense of clogs/stats.h: a reader that takes failed() before submitted()
// never sees a record twice.
class Intake {
 public:
  Intake(const Options& options, std::function<void()> wake);

  // Queues the wire bytes of a record, or counts why not. Any thread.
  // `may_wait`: where on_full is block or spool.
  bool push(std::string_view record, bool may_wait = true) noexcept;
  // Records that came and went before the queue.
  void count_dropped_before_send() noexcept;
  void count_refused() noexcept;

  // Where the next record will stand, counted from the first one of this process.
  uint64_t position() const noexcept;
  // Records that left the queue at its front to make room.
  uint64_t dropped_oldest() const noexcept {
    return dropped_oldest_.load(std::memory_order_acquire);
  }

  struct Counts {
    uint64_t submitted = 0;
    uint64_t accepted = 0;
    uint64_t queue_full = 0;  // with those that made room
    uint64_t dropped_oldest = 0;
    uint64_t too_large = 0;
    uint64_t closed = 0;
    uint64_t before_send = 0;
    uint64_t malformed = 0;
  };
  Counts counts() const noexcept;

  // Nothing is taken any more.
  void close() noexcept;
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  queue::RecordQueue& queue() noexcept { return queue_; }
  void reset_in_child() noexcept;

 private:
  using Count = std::atomic<uint64_t>;

  const queue::WhenFull when_full_;
  const std::chrono::nanoseconds block_timeout_;
  const size_t max_bytes_;
  queue::RecordQueue queue_;
  std::atomic<bool> closed_{false};
  // `submitted_` is raised before a record is tried, the others after.
  Count submitted_{0};
  Count dropped_newest_{0};
  Count dropped_oldest_{0};
  Count too_large_{0};
  Count after_close_{0};
  Count before_send_{0};
  Count malformed_{0};
};

}  // namespace clogs::client
