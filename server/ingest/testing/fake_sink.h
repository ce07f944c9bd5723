// A sink in memory, for the tests of whoever feeds one.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "server/ingest/sink.h"

namespace clogs::ingest::testing {

// Keeps every batch and acknowledges it at once, or when release_one() says so. A batch with an
// identity that was seen before is acknowledged as a duplicate with its first answer.
class FakeSink : public Sink {
 public:
  void append(Batch batch, Acknowledge done) override {
    Result<Ack> answer = Ack{};
    {
      const std::lock_guard lock(mutex_);
      answer = take(std::move(batch));
      if (held_) {
        waiting_.push_back([answer, done = std::move(done)] { done(answer); });
        return;
      }
    }
    done(std::move(answer));
  }

  bool try_reserve(size_t bytes) override {
    const std::lock_guard lock(mutex_);
    if (reserved_ + bytes > memory_) return false;
    reserved_ += bytes;
    return true;
  }
  void release(size_t bytes) override {
    const std::lock_guard lock(mutex_);
    reserved_ -= bytes;
  }

  // --- what the test says -----------------------------------------------------------------------
  // Every further batch fails with this; OK ends it.
  void fail_with(Status status) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(status);
  }
  // Acknowledgements wait for release_one().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  // False if none waits.
  bool release_one() {
    std::function<void()> next;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return false;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next();
    return true;
  }
  void set_memory(size_t bytes) {
    const std::lock_guard lock(mutex_);
    memory_ = bytes;
  }

  // --- what the test sees -----------------------------------------------------------------------
  std::vector<Batch> batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
  }
  // The lines of all batches, one after the other.
  std::string lines() const {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const Batch& batch : batches_) all += batch.lines;
    return all;
  }
  size_t reserved() const {
    const std::lock_guard lock(mutex_);
    return reserved_;
  }

 private:
  Result<Ack> take(Batch batch) {
    if (!failure_.ok()) return failure_;
    Ack ack{.accepted = batch.count, .duplicate = false, .rejected_edn = batch.rejected_edn};
    if (batch.id) {
      const auto key = std::make_pair(batch.id->producer, batch.id->sequence);
      const auto [first, fresh] = answers_.emplace(key, ack);
      if (!fresh) {
        ack = first->second;
        ack.duplicate = true;
        return ack;
      }
    }
    batches_.push_back(std::move(batch));
    return ack;
  }

  mutable std::mutex mutex_;
  std::vector<Batch> batches_;
  std::map<std::pair<std::string, uint64_t>, Ack> answers_;
  std::deque<std::function<void()>> waiting_;
  Status failure_;
  bool held_ = false;
  size_t memory_ = SIZE_MAX / 2;
  size_t reserved_ = 0;
};

}  // namespace clogs::ingest::testing
