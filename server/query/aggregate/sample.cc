#include "server/query/aggregate/sample.h"

#include <algorithm>
#include <cmath>

namespace clogs::query {
namespace {

// splitmix64: every bit of the seed moves every bit of the hash.
uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

}  // namespace

void Sample::add(double value, uint64_t seed, Memory& memory) {
  ++count_;
  push({mix(seed), value}, memory);
}

bool Sample::by_hash(const Item& a, const Item& b) {
  return a.hash != b.hash ? a.hash < b.hash : a.value < b.value;
}

void Sample::push(Item item, Memory& memory) {
  if (item.hash > greatest_) return;
  if (items_.size() == items_.capacity()) {
    const size_t capacity = std::max<size_t>(16, items_.capacity() * 2);
    const size_t bytes = (capacity - items_.capacity()) * sizeof(Item);
    if (!memory.take(bytes) && items_.size() > sample_size) {
      memory.give(bytes);
      exact_ = false;
      shrink(memory);
    } else {
      items_.reserve(capacity);
    }
  }
  items_.push_back(item);
  if (items_.size() > (exact_ ? exact_max_ : 2 * sample_size)) {
    exact_ = false;
    shrink(memory);
  }
}

void Sample::shrink(Memory& memory) {
  if (items_.size() <= sample_size) return;
  std::nth_element(items_.begin(), items_.begin() + (sample_size - 1), items_.end(), by_hash);
  greatest_ = items_[sample_size - 1].hash;
  items_.resize(sample_size);
  const size_t before = items_.capacity();
  if (before > 4 * sample_size) {
    std::vector<Item> smaller;
    smaller.reserve(2 * sample_size + 1);
    smaller.assign(items_.begin(), items_.end());
    items_.swap(smaller);
    memory.give((before - items_.capacity()) * sizeof(Item));
  }
}

void Sample::merge(Sample& other, Memory& memory) {
  count_ += other.count_;
  exact_ = exact_ && other.exact_ && count_ <= exact_max_;
  greatest_ = std::min(greatest_, other.greatest_);
  for (const Item& item : other.items_) push(item, memory);
  memory.give(other.items_.capacity() * sizeof(Item));
  other.items_ = {};
  if (!exact_) shrink(memory);
}

std::vector<double> Sample::sorted() const {
  std::vector<Item> items = items_;
  if (!exact_ && items.size() > sample_size) {
    std::nth_element(items.begin(), items.begin() + (sample_size - 1), items.end(), by_hash);
    items.resize(sample_size);
  }
  std::vector<double> values;
  values.reserve(items.size());
  for (const Item& item : items) values.push_back(item.value);
  std::sort(values.begin(), values.end());
  return values;
}

size_t exact_values_max(size_t memory_budget_bytes) {
  constexpr size_t at_least = 1'000'000;
  // A value takes 16 bytes, a vector that grows three times that.
  constexpr size_t bytes_each = 48;
  return std::max(at_least, memory_budget_bytes / 4 / bytes_each);
}

double percentile(const std::vector<double>& sorted, double percent) {
  // Wider than double, so that what is decimal in comes decimal out.
  const long double rank =
      static_cast<long double>(percent) * static_cast<long double>(sorted.size() - 1) / 100;
  const auto below = static_cast<size_t>(std::floor(rank));
  if (below + 1 >= sorted.size()) return sorted.back();
  const long double part = rank - static_cast<long double>(below);
  const long double low = sorted[below];
  const long double high = sorted[below + 1];
  return static_cast<double>(low + part * (high - low));
}

}  // namespace clogs::query
