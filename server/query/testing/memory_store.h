// A store in memory for tests: a provider of sources and a feed.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/feed.h"
#include "server/store/source.h"

namespace clogs::query::testing {

class MemoryStore final : public store::SourceProvider, public store::Feed {
 public:
  struct Batch {
    std::string tenant;
    std::string stream;
    record::Id first;
    bool has_meta = false;
    std::shared_ptr<const std::string> lines;
  };

  // Commits lines (each ending in '\n') as one block and tells the feed.
  void append(std::string_view lines, int64_t received_nanos, std::string stream = "logs",
              std::string tenant = "default", bool has_meta = false) {
    Batch batch{std::move(tenant),
                std::move(stream),
                {received_nanos, 1, 0},
                has_meta,
                std::make_shared<const std::string>(lines)};
    std::vector<Listener> told;
    {
      std::lock_guard lock(mutex_);
      batches_.push_back(batch);
      for (const auto& [id, listener] : listeners_) told.push_back(listener);
    }
    const store::Committed committed{batch.tenant, batch.stream, batch.first, batch.has_meta,
                                     batch.lines};
    for (const Listener& listener : told) listener(committed);
  }

  // What a source reports as damaged.
  void damage(store::Damage damage) {
    std::lock_guard lock(mutex_);
    damage_.push_back(std::move(damage));
  }

  Result<std::unique_ptr<store::Source>> open(std::string_view tenant,
                                              int64_t as_of_nanos) override {
    std::lock_guard lock(mutex_);
    auto source = std::make_unique<MemorySource>();
    for (const Batch& batch : batches_) {
      if (batch.tenant != tenant || batch.first.received_nanos > as_of_nanos) continue;
      source->as_of = std::max(source->as_of, batch.first.received_nanos);
      source->batches.push_back(batch);
    }
    source->damaged = damage_;
    return std::unique_ptr<store::Source>(std::move(source));
  }

  std::shared_ptr<void> subscribe(Listener listener) override {
    std::lock_guard lock(mutex_);
    const int id = next_listener_++;
    listeners_[id] = std::move(listener);
    return std::shared_ptr<void>(static_cast<void*>(this), [this, id](void*) {
      std::lock_guard ending(mutex_);
      listeners_.erase(id);
    });
  }

 private:
  struct MemorySource final : store::Source {
    std::vector<Batch> batches;
    std::vector<store::Damage> damaged;
    std::atomic<size_t> at{0};
    int64_t as_of = 0;

    Result<bool> next(store::BlockBuffer& buffer, store::Block& block) override {
      const size_t index = at.fetch_add(1);
      if (index >= batches.size()) return false;
      const Batch& batch = batches[index];
      buffer.bytes = *batch.lines;
      block = {buffer.bytes, batch.first, batch.stream, batch.has_meta};
      return true;
    }
    int64_t as_of_nanos() const override { return as_of; }
    std::vector<store::Damage> damage() const override { return damaged; }
    uint64_t files() const override { return batches.size(); }
  };

  std::mutex mutex_;
  std::vector<Batch> batches_;
  std::vector<store::Damage> damage_;
  std::map<int, Listener> listeners_;
  int next_listener_ = 0;
};

}  // namespace clogs::query::testing
