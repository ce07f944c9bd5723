// Encoded records on their way from the callers' threads to the sender. Bounded by records and by
// bytes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace clogs::queue {

struct QueueOptions {
  size_t max_records = 8192;
  size_t max_bytes = size_t{32} << 20;
  // wake() is called when so much waits as a batch takes.
  size_t batch_records = 512;
  size_t batch_bytes = size_t{1} << 20;
};

// What push() does where there is no room.
enum class WhenFull : uint8_t { drop_newest, drop_oldest, block };

struct Pushed {
  bool accepted = false;
  uint32_t dropped_oldest = 0;  // records that made room for this one
};

class RecordQueue {
 public:
  // `wake` runs on a pushing thread, outside every lock of the queue: at the first record after the
  // queue was empty, and when a batch is full. It must not block.
  RecordQueue(const QueueOptions& options, std::function<void()> wake);
  ~RecordQueue();

  // Copies `record`, the wire bytes of a clogs.v1.Record. Any thread; order is kept within a
  // thread. A record larger than max_bytes is never accepted. `block` waits at most
  // `block_timeout`.
  Pushed push(std::string_view record, WhenFull when_full,
              std::chrono::nanoseconds block_timeout) noexcept;

  // Appends records, each as a `records` field of clogs.v1.Batch (tag, length, bytes), oldest
  // first, to `out`, up to the limits (at least one if there is any). Returns how many. The
  // sender's thread only.
  size_t take(size_t max_records, size_t max_bytes, std::string& out);

  size_t records() const noexcept;
  size_t bytes() const noexcept;
  // Steady clock of the oldest push since take() last found or left it empty; min() when empty.
  std::chrono::steady_clock::time_point oldest() const noexcept;

  // push() accepts nothing any more and those that block return.
  void close() noexcept;

  // Around fork(): all locks in order; in the child the queue is made empty, locks anew.
  void lock_for_fork() noexcept;
  void unlock_after_fork() noexcept;
  void reset_in_child() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::queue
