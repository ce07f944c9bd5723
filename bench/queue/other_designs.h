// The designs that core/queue/record_queue.h was chosen over, as far as the comparison needs them:
// they refuse what has no room, and neither block, nor drop the oldest, nor wake anybody.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/queue/frame_fifo.h"

namespace clogs::bench {

constexpr uint64_t records_max = 8192;
constexpr uint64_t bytes_max = uint64_t{32} << 20;

// A queue and a mutex for each of a few groups of threads; the bounds are one shared counter.
class ShardedQueue {
 public:
  bool push(std::string_view record) {
    const uint64_t cost = one_record | queue::frame_bytes(record.size());
    uint64_t after = used_.fetch_add(cost, std::memory_order_relaxed) + cost;
    if (after >> bytes_bits > records_max || (after & (one_record - 1)) > bytes_max) {
      used_.fetch_sub(cost, std::memory_order_relaxed);
      return false;
    }
    static std::atomic<size_t> next_thread{0};
    thread_local const size_t mine = next_thread.fetch_add(1) % shard_count;
    std::lock_guard lock(shards_[mine].mutex);
    return shards_[mine].fifo.push(record);
  }

  size_t take(size_t max_records, size_t max_bytes, std::string& out) {
    size_t taken = 0;
    uint64_t cost = 0;
    out.reserve(out.size() + max_bytes);
    for (size_t i = 0; i < shard_count; ++i, ++turn_) {
      Shard& shard = shards_[turn_ % shard_count];
      std::lock_guard lock(shard.mutex);
      while (size_t frame = shard.fifo.front_bytes()) {
        if (taken == max_records || out.size() + frame > max_bytes) break;
        shard.fifo.pop(out);
        cost += one_record | frame;
        ++taken;
      }
    }
    used_.fetch_sub(cost, std::memory_order_relaxed);
    return taken;
  }

 private:
  static constexpr size_t shard_count = 4;
  static constexpr int bytes_bits = 40;
  static constexpr uint64_t one_record = uint64_t{1} << bytes_bits;
  struct alignas(64) Shard {
    std::mutex mutex;
    queue::FrameFifo fifo{queue::mapped_chunks()};
  };
  alignas(64) std::atomic<uint64_t> used_{0};  // records and bytes
  std::array<Shard, shard_count> shards_;
  size_t turn_ = 0;
};

// Lock-free, many producers: room is reserved by one compare-and-swap, a header of eight bytes with
// the length is written last. The consumer clears what it took, so that no old bytes look like one.
class RingQueue {
 public:
  bool push(std::string_view record) {
    const uint64_t size = (sizeof(uint64_t) + record.size() + 7) & ~uint64_t{7};
    if (records_.fetch_add(1, std::memory_order_relaxed) >= records_max) {
      records_.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
    uint64_t head = head_.load(std::memory_order_relaxed);
    do {
      if (head + size - tail_.load(std::memory_order_acquire) > bytes_max) {
        records_.fetch_sub(1, std::memory_order_relaxed);
        return false;
      }
    } while (!head_.compare_exchange_weak(head, head + size, std::memory_order_relaxed));
    copy_in(head + sizeof(uint64_t), record);
    header(head).store(record.size() + 1, std::memory_order_release);
    return true;
  }

  size_t take(size_t max_records, size_t max_bytes, std::string& out) {
    size_t taken = 0;
    uint64_t tail = tail_.load(std::memory_order_relaxed);
    out.reserve(out.size() + max_bytes);
    while (taken < max_records) {
      uint64_t length = header(tail).load(std::memory_order_acquire);
      if (length-- == 0 || out.size() + queue::frame_bytes(length) > max_bytes) break;
      out.push_back(5 << 3 | 2);
      uint64_t rest = length;
      for (; rest >= 0x80; rest >>= 7) out.push_back(static_cast<char>(rest | 0x80));
      out.push_back(static_cast<char>(rest));
      const uint64_t size = (sizeof(uint64_t) + length + 7) & ~uint64_t{7};
      copy_out(tail, length, size, out);
      tail += size;
      ++taken;
    }
    tail_.store(tail, std::memory_order_release);
    records_.fetch_sub(taken, std::memory_order_relaxed);
    return taken;
  }

 private:
  std::atomic_ref<uint64_t> header(uint64_t at) {
    return std::atomic_ref<uint64_t>(words_[at % bytes_max / sizeof(uint64_t)]);
  }
  char* byte(uint64_t at) { return reinterpret_cast<char*>(words_.data()) + at % bytes_max; }
  void copy_in(uint64_t at, std::string_view record) {
    const size_t first = std::min<size_t>(record.size(), bytes_max - at % bytes_max);
    std::memcpy(byte(at), record.data(), first);
    std::memcpy(byte(at + first), record.data() + first, record.size() - first);
  }
  void copy_out(uint64_t at, size_t length, size_t size, std::string& out) {
    const uint64_t from = at + sizeof(uint64_t);
    const size_t first = std::min<size_t>(length, bytes_max - from % bytes_max);
    out.append(byte(from), first);
    out.append(byte(from + first), length - first);
    const size_t clear = std::min<size_t>(size, bytes_max - at % bytes_max);
    std::memset(byte(at), 0, clear);
    std::memset(byte(at + clear), 0, size - clear);
  }

  std::vector<uint64_t> words_ = std::vector<uint64_t>(bytes_max / sizeof(uint64_t));
  alignas(64) std::atomic<uint64_t> head_{0};
  std::atomic<uint64_t> records_{0};
  alignas(64) std::atomic<uint64_t> tail_{0};
};

}  // namespace clogs::bench
