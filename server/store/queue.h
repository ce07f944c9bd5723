// Batches on their way to the disk: the bound on memory, and one place for each batch id.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/ingest/sink.h"
#include "server/store/window.h"

namespace clogs::store {

struct Pending {
  ingest::Batch batch;
  ingest::Acknowledge done;
  std::vector<ingest::Acknowledge> waiters;  // who sent the same id meanwhile
  size_t cost = 0;                           // bytes accounted for it and its waiters
};
using PendingPtr = std::unique_ptr<Pending>;

// Thread-safe.
class CommitQueue {
 public:
  CommitQueue(size_t bytes_max, WindowOptions window) : bytes_max_(bytes_max), windows_(window) {}

  // What happened to a batch that was offered.
  struct Offer {
    enum class Kind : uint8_t { taken, stored_before, refused } kind = Kind::taken;
    Status status;           // refused
    uint32_t accepted = 0;   // stored_before
    RejectedAt rejected_at;  // stored_before; file null if nothing was rejected
  };
  // Takes `pending` unless it is a repetition or refused; its callback is moved only if it is taken
  // or waits for the same id. Refusals: resource_exhausted (no room; one batch is taken into an
  // empty queue whatever its size), failed_precondition (below the window), or the reason given to
  // refuse_all().
  Offer offer(PendingPtr& pending, int64_t now);

  // The writer: waits for batches and takes the oldest up to a frame's bounds; empty when `idle`
  // passed, or after stop() when none is left.
  std::vector<PendingPtr> take(std::chrono::nanoseconds idle);
  // The batch is stored: a repetition of it is from now on.
  void stored(const Pending& pending, const RejectedAt& rejected_at, int64_t time);
  // The batch is settled: forgets it and hands out everybody who waits for its outcome, the one who
  // brought it first.
  std::vector<ingest::Acknowledge> settle(Pending& pending);

  // From now on nothing is taken. The reason is what offer() answers.
  void refuse_all(Status reason);
  // refuse_all(), and take() ends when the queue is empty.
  void stop(Status reason);
  bool stopped() const;

  bool try_reserve(size_t bytes);
  void release(size_t bytes);

  // While opening: what is stored already.
  ProducerWindows& windows() { return windows_; }

  struct Stats {
    uint64_t bytes = 0;
    uint64_t batches = 0;
    uint64_t reserved = 0;
    uint64_t limit = 0;
    uint64_t producers = 0;
    uint64_t window_bytes = 0;
    uint64_t duplicates = 0;
    uint64_t refused = 0;
  };
  Stats stats() const;

 private:
  const size_t bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  // Guarded by mutex_.
  ProducerWindows windows_;
  std::deque<PendingPtr> queue_;
  std::unordered_map<std::string, Pending*> in_progress_;  // by tenant, producer and sequence
  Status refusal_;
  bool stopped_ = false;
  bool writer_waits_ = false;
  size_t bytes_ = 0;  // of batches queued or taken and not settled
  size_t batches_ = 0;
  size_t reserved_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace clogs::store
