#include "server/store/window.h"

#include <algorithm>
#include <utility>

namespace clogs::store {
namespace {

constexpr size_t slots_min = 16;
// Rough sizes of the hash nodes, so that the bound on memory holds.
constexpr size_t window_overhead = 256;
constexpr size_t rejected_overhead = 96;

std::string key_of(std::string_view tenant, std::string_view producer) {
  std::string key(tenant);
  key += '\0';
  key += producer;
  return key;
}

}  // namespace

size_t ProducerWindows::cost_of(const std::string& key, const Window& window) const {
  return window_overhead + key.size() + window.counts.size() * sizeof(uint32_t) +
         window.rejected.size() * rejected_overhead;
}

ProducerWindows::Verdict ProducerWindows::look_up(std::string_view tenant,
                                                  std::string_view producer, uint64_t sequence,
                                                  int64_t now) {
  evict(now);
  auto found = windows_.find(key_of(tenant, producer));
  if (found == windows_.end()) return {};
  const Window& window = found->second;
  if (sequence > window.highest) return {};
  uint64_t behind = window.highest - sequence;
  if (behind >= options_.sequences) return {Known::below, 0, nullptr};
  if (behind >= window.counts.size()) return {};
  uint32_t count = window.counts[sequence % window.counts.size()];
  if (count == 0) return {};
  auto rejected = window.rejected.find(sequence);
  return {Known::stored, count, rejected == window.rejected.end() ? nullptr : &rejected->second};
}

// Makes room for `sequence`, which is above the window or within options_.sequences of its top.
void ProducerWindows::grow(Window& window, uint64_t sequence) {
  uint64_t top = std::max(window.highest, sequence);
  uint64_t lowest = sequence;
  for (uint64_t back = 0; back < window.counts.size() && back <= window.highest; ++back) {
    uint64_t at = window.highest - back;
    if (window.counts[at % window.counts.size()] != 0) lowest = std::min(lowest, at);
  }
  size_t size = std::max(slots_min, window.counts.size());
  while (size < options_.sequences && top - lowest >= size) size *= 2;
  if (size == window.counts.size() && sequence <= window.highest) return;
  std::vector<uint32_t> counts(size, 0);
  for (uint64_t back = 0; back < window.counts.size() && back <= window.highest; ++back) {
    uint64_t at = window.highest - back;
    uint32_t count = window.counts[at % window.counts.size()];
    if (count == 0) continue;
    if (top - at < size) {
      counts[at % size] = count;
    } else {
      window.rejected.erase(at);
    }
  }
  window.counts = std::move(counts);
  window.highest = top;
}

void ProducerWindows::store(std::string_view tenant, std::string_view producer, uint64_t sequence,
                            uint32_t count, RejectedAt rejected_at, int64_t time) {
  auto [entry, is_new] = windows_.try_emplace(key_of(tenant, producer));
  Window& window = entry->second;
  if (is_new) {
    window.age = ages_.emplace(time, &entry->first);
    window.highest = sequence;
    window.counts.assign(slots_min, 0);
    bytes_ += cost_of(entry->first, window);
  } else if (time > window.age->first) {
    auto node = ages_.extract(window.age);
    node.key() = time;
    window.age = ages_.insert(std::move(node));
  }
  // Stored although others went past it meanwhile: below the window it is refused, which is right.
  if (sequence <= window.highest && window.highest - sequence >= options_.sequences) return;
  bytes_ -= cost_of(entry->first, window);
  if (sequence == window.highest + 1) {
    // The usual case: one step on, unless something stored would fall out of a growing window.
    uint32_t& slot = window.counts[sequence % window.counts.size()];
    if (slot == 0 || window.counts.size() >= options_.sequences) {
      if (slot != 0) window.rejected.erase(sequence - window.counts.size());
      slot = 0;
      window.highest = sequence;
    } else {
      grow(window, sequence);
    }
  } else if (sequence > window.highest || window.highest - sequence >= window.counts.size()) {
    grow(window, sequence);
  }
  window.counts[sequence % window.counts.size()] = count;
  if (rejected_at.file != nullptr) window.rejected[sequence] = std::move(rejected_at);
  bytes_ += cost_of(entry->first, window);
  evict(time);
}

void ProducerWindows::evict(int64_t now) {
  while (!ages_.empty()) {
    auto oldest = windows_.find(*ages_.begin()->second);
    bool expired = now - ages_.begin()->first > options_.keep_nanos;
    bool crowded = windows_.size() > 1 &&
                   (windows_.size() > options_.producers_max || bytes_ > options_.bytes_max);
    if (!expired && !crowded) return;
    bytes_ -= cost_of(oldest->first, oldest->second);
    ages_.erase(ages_.begin());
    windows_.erase(oldest);
  }
}

}  // namespace clogs::store
