// What one query may keep in memory, shared by its threads.
#pragma once

#include <atomic>
#include <cstddef>

namespace clogs::query {

class Memory {
 public:
  explicit Memory(size_t limit_bytes) : limit_(limit_bytes) {}

  // Counts `bytes` as used. False when that passes the limit: the caller gives something up with
  // give(), or leaves it and the query ends with what it has.
  bool take(size_t bytes) {
    const size_t used = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    return used <= limit_;
  }
  void give(size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  bool exhausted() const { return used_.load(std::memory_order_relaxed) > limit_; }
  size_t limit() const { return limit_; }

 private:
  const size_t limit_;
  std::atomic<size_t> used_{0};
};

}  // namespace clogs::query
