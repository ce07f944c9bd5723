// Which batches of each producer are stored: the memory behind exactly-once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace clogs::store {

struct LogFileInfo;

struct WindowOptions {
  // Sequences below the highest stored one that are told apart exactly.
  uint32_t sequences = 4096;
  // A producer is forgotten this long after its last batch.
  int64_t keep_nanos = int64_t{24} * 3600 * 1'000'000'000;
  // Beyond either, the producers that were silent longest are forgotten: a repeated batch of theirs
  // would be stored again. 256 MiB are 16,000 producers with full windows.
  size_t producers_max = 100'000;
  size_t bytes_max = size_t{256} << 20;
};

// Where the frame stands that names what was rejected of a batch.
struct RejectedAt {
  std::shared_ptr<const LogFileInfo> file;
  uint64_t offset = 0;
};

// Not thread-safe.
class ProducerWindows {
 public:
  enum class Known : uint8_t { fresh, stored, below };
  struct Verdict {
    Known known = Known::fresh;
    uint32_t accepted = 0;                    // of `stored`
    const RejectedAt* rejected_at = nullptr;  // of `stored` with rejections, until the next call
  };

  explicit ProducerWindows(WindowOptions options) : options_(options) {}

  Verdict look_up(std::string_view tenant, std::string_view producer, uint64_t sequence,
                  int64_t now);
  // `count` is at least 1. `rejected_at.file` is null if nothing was rejected.
  void store(std::string_view tenant, std::string_view producer, uint64_t sequence, uint32_t count,
             RejectedAt rejected_at, int64_t time);

  size_t producers() const { return windows_.size(); }
  size_t memory_bytes() const { return bytes_; }

 private:
  // Keys of windows by the time of their last batch.
  using Ages = std::multimap<int64_t, const std::string*>;

  struct Window {
    uint64_t highest = 0;
    // Records of sequence s at s % size, 0 if it is not stored; covers at least the stored
    // sequences above highest - size. The size is a power of two up to options_.sequences.
    std::vector<uint32_t> counts;
    std::unordered_map<uint64_t, RejectedAt> rejected;
    Ages::iterator age;
  };

  void grow(Window& window, uint64_t sequence);
  void evict(int64_t now);
  size_t cost_of(const std::string& key, const Window& window) const;

  WindowOptions options_;
  std::unordered_map<std::string, Window> windows_;  // by tenant, a NUL, and producer
  Ages ages_;
  size_t bytes_ = 0;
};

}  // namespace clogs::store
