// The calls that do not end by themselves, so that a draining server can end them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace clogs::api {

class Drainable {
 public:
  virtual ~Drainable() = default;
  // The server takes no more calls: come to an end. Thread-safe; may come before the call began or
  // after it ended.
  virtual void drain() = 0;
};

// Thread-safe.
class ActiveCalls {
 public:
  void add(const std::shared_ptr<Drainable>& call) {
    bool draining = false;
    {
      const std::lock_guard lock(mutex_);
      draining = draining_;
      if (!draining) calls_[call.get()] = call;
    }
    if (draining) call->drain();
  }

  void remove(const Drainable* call) {
    const std::lock_guard lock(mutex_);
    calls_.erase(call);
  }

  void drain() {
    std::vector<std::shared_ptr<Drainable>> calls;
    {
      const std::lock_guard lock(mutex_);
      draining_ = true;
      for (const auto& [key, weak] : calls_) {
        if (auto call = weak.lock()) calls.push_back(std::move(call));
      }
    }
    for (const auto& call : calls) call->drain();
  }

 private:
  std::mutex mutex_;
  bool draining_ = false;                                                 // guarded by mutex_
  std::unordered_map<const Drainable*, std::weak_ptr<Drainable>> calls_;  // guarded by mutex_
};

}  // namespace clogs::api
