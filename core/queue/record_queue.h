// Encoded records on their way from the callers' threads to the sender. Bounded by records and by
// bytes.
//
// One mutex and a chain of chunks: a push of 266 bytes costs 37 ns by itself and 45 to 60 ns with
// four threads that push 6 M records/s, where shards with a mutex each cost 30 and 32 and a
// lock-free ring 25 and 25 (build/bin/queue_bench, CPU time). An encoded record costs several times
// the difference; for it the oldest record is the oldest of all threads, the bounds are exact, and
// memory is given back, where a ring keeps all of its 32 MiB.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/queue/chunk_source.h"

namespace clogs::queue {

// Bytes are those of records as fields of clogs.v1.Batch: tag, length and record.
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

// The memory is that of the waiting records, plus at most 50 chunks (3 MiB) of which one goes back
// each time the queue runs empty without having needed it; none is taken before the first push.
class RecordQueue {
 public:
  // `wake` runs on a pushing thread, outside every lock of the queue: at the first record after
  // take() found or left the queue empty, and once when a batch is full after take() left less than
  // a batch. What take() leaves wakes nobody: the sender sees it in records(), bytes() and
  // oldest(). `wake` must not block nor throw.
  RecordQueue(const QueueOptions& options, std::function<void()> wake,
              ChunkSource& source = mapped_chunks());
  ~RecordQueue();

  // Copies `record`, the wire bytes of a clogs.v1.Record. Any thread; order is kept within a
  // thread. A record that is larger than max_bytes, or for which there is no memory, is not
  // accepted. `block` waits at most `block_timeout`; those that wait are not served in order.
  Pushed push(std::string_view record, WhenFull when_full,
              std::chrono::nanoseconds block_timeout) noexcept;

  // Appends records, each as a `records` field of clogs.v1.Batch (tag, length, bytes), oldest
  // first, to `out`, up to the limits (at least one if there is any). Returns how many; 0 also
  // where there is no memory for `out`. The sender's thread only.
  size_t take(size_t max_records, size_t max_bytes, std::string& out);

  size_t records() const noexcept;
  size_t bytes() const noexcept;
  // Steady clock: not after the oldest waiting record was pushed, and exactly then for the first
  // record after the queue was empty; min() when empty.
  std::chrono::steady_clock::time_point oldest() const noexcept;

  // push() accepts nothing any more and those that block return. What waits can still be taken.
  void close() noexcept;

  // Around fork(): all locks in order; in the child the queue is made empty, locks anew. A queue
  // that was closed stays so.
  void lock_for_fork() noexcept;
  void unlock_after_fork() noexcept;
  void reset_in_child() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::queue
