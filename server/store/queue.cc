#include "server/store/queue.h"

#include <utility>

#include <fmt/format.h>

#include "server/store/limits.h"

namespace clogs::store {
namespace {

std::string key_of(const ingest::Batch& batch) {
  std::string key = batch.tenant;
  key += '\0';
  key += batch.id->producer;
  key += '\0';
  key += std::to_string(batch.id->sequence);
  return key;
}

}  // namespace

CommitQueue::Offer CommitQueue::offer(PendingPtr& pending, int64_t now) {
  using Kind = Offer::Kind;
  const ingest::Batch& batch = pending->batch;
  pending->cost = batch.lines.size() + batch.rejected_edn.size() + batch_overhead_bytes;
  std::string key = batch.id ? key_of(batch) : std::string();
  std::lock_guard lock(mutex_);
  auto refuse = [&](Status status) {
    ++refused_;
    return Offer{Kind::refused, std::move(status), 0, {}};
  };
  if (stopped_) return refuse(refusal_);
  if (batch.id) {
    auto verdict = windows_.look_up(batch.tenant, batch.id->producer, batch.id->sequence, now);
    if (verdict.known == ProducerWindows::Known::below) {
      return refuse(failed_precondition(
          fmt::format("sequence {} of producer {} is below the window of known batches",
                      batch.id->sequence, batch.id->producer)));
    }
    if (verdict.known == ProducerWindows::Known::stored) {
      ++duplicates_;
      return Offer{Kind::stored_before,
                   {},
                   verdict.accepted,
                   verdict.rejected_at ? *verdict.rejected_at : RejectedAt{}};
    }
  }
  if (!refusal_.ok()) return refuse(refusal_);
  auto under_way = batch.id ? in_progress_.find(key) : in_progress_.end();
  bool waits = under_way != in_progress_.end();
  size_t cost = waits ? batch_overhead_bytes : pending->cost;
  if (bytes_ > 0 && bytes_ + cost > bytes_max_) {
    return refuse(resource_exhausted(fmt::format(
        "{} bytes of records wait for the disk; at most {} are allowed", bytes_, bytes_max_)));
  }
  bytes_ += cost;
  if (waits) {
    under_way->second->cost += cost;
    under_way->second->waiters.push_back(std::move(pending->done));
    return {};
  }
  if (batch.id) in_progress_.emplace(std::move(key), pending.get());
  ++batches_;
  queue_.push_back(std::move(pending));
  if (writer_waits_) {
    writer_waits_ = false;
    arrived_.notify_one();
  }
  return {};
}

std::vector<PendingPtr> CommitQueue::take(std::chrono::nanoseconds idle) {
  std::vector<PendingPtr> taken;
  std::unique_lock lock(mutex_);
  writer_waits_ = queue_.empty();
  arrived_.wait_for(lock, idle, [this] { return !queue_.empty() || stopped_; });
  writer_waits_ = false;
  size_t bytes = 0;
  size_t rejected = 0;
  while (!queue_.empty() && taken.size() < frame_batches_max) {
    const ingest::Batch& batch = queue_.front()->batch;
    bytes += batch.lines.size();
    rejected += batch.rejected_edn.size();
    bool full = bytes > frame_bytes_target || rejected > frame_rejected_bytes_max;
    if (full && !taken.empty()) break;
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return taken;
}

void CommitQueue::stored(const Pending& pending, const RejectedAt& rejected_at, int64_t time) {
  const ingest::Batch& batch = pending.batch;
  if (!batch.id) return;
  std::lock_guard lock(mutex_);
  windows_.store(batch.tenant, batch.id->producer, batch.id->sequence, pending.batch.count,
                 batch.rejected_edn.empty() ? RejectedAt{} : rejected_at, time);
}

std::vector<ingest::Acknowledge> CommitQueue::settle(Pending& pending) {
  std::vector<ingest::Acknowledge> all;
  std::lock_guard lock(mutex_);
  if (pending.batch.id) in_progress_.erase(key_of(pending.batch));
  bytes_ -= pending.cost;
  --batches_;
  all.reserve(1 + pending.waiters.size());
  all.push_back(std::move(pending.done));
  for (ingest::Acknowledge& waiter : pending.waiters) all.push_back(std::move(waiter));
  duplicates_ += pending.waiters.size();
  return all;
}

void CommitQueue::refuse_all(Status reason) {
  std::lock_guard lock(mutex_);
  if (!stopped_) refusal_ = std::move(reason);
}

void CommitQueue::stop(Status reason) {
  std::lock_guard lock(mutex_);
  refusal_ = std::move(reason);
  stopped_ = true;
  arrived_.notify_one();
}

bool CommitQueue::stopped() const {
  std::lock_guard lock(mutex_);
  return stopped_;
}

bool CommitQueue::try_reserve(size_t bytes) {
  std::lock_guard lock(mutex_);
  size_t used = bytes_ + reserved_;
  if (used > 0 && (bytes > bytes_max_ || used > bytes_max_ - bytes)) return false;
  reserved_ += bytes;
  return true;
}

void CommitQueue::release(size_t bytes) {
  std::lock_guard lock(mutex_);
  reserved_ -= bytes;
}

CommitQueue::Stats CommitQueue::stats() const {
  std::lock_guard lock(mutex_);
  return {
      bytes_,      batches_, reserved_, bytes_max_, windows_.producers(), windows_.memory_bytes(),
      duplicates_, refused_};
}

}  // namespace clogs::store
