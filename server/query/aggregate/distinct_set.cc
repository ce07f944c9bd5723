#include "server/query/aggregate/distinct_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include <xxhash.h>

namespace clogs::query {
namespace {

constexpr int register_bits = 18;
constexpr size_t register_count = size_t{1} << register_bits;
constexpr size_t first_slots = 16;
// Below this many values a sketch would be larger than the set.
constexpr size_t sketch_worth_from = register_count / 32;
// Leading zeros of a hash whose last bit is set, and one.
constexpr size_t rank_max = 64;

double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double z = x;
  for (double before = -1; z != before; y += y) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double z = 1 - x;
  for (double before = -1; z != before;) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

}  // namespace

void DistinctSet::add(std::string_view key, Memory& memory) {
  const XXH128_hash_t hash = XXH3_128bits(key.data(), key.size());
  // The all-zero hash marks free slots.
  add(Hash{hash.low64, hash.high64 | 1U}, memory);
}

void DistinctSet::add(Hash hash, Memory& memory) {
  if (!is_exact()) return add_to_sketch(hash);
  if ((used_ + 1) * 4 > slots_.size() * 3) grow(memory);
  if (!is_exact()) return add_to_sketch(hash);
  if (insert(hash)) ++used_;
  if (used_ > exact_max_) become_sketch(memory);
}

bool DistinctSet::insert(Hash hash) {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash.low & mask;; at = (at + 1) & mask) {
    if (slots_[at] == hash) return false;
    if (slots_[at] == Hash{}) {
      slots_[at] = hash;
      return true;
    }
  }
}

void DistinctSet::grow(Memory& memory) {
  const size_t slots = std::max(first_slots, slots_.size() * 2);
  const size_t bytes = (slots - slots_.size()) * sizeof(Hash);
  if (!memory.take(bytes) && used_ >= sketch_worth_from && exact_max_ != SIZE_MAX) {
    memory.give(bytes);
    return become_sketch(memory);
  }
  std::vector<Hash> old(slots);
  old.swap(slots_);
  for (const Hash& hash : old) {
    if (hash != Hash{}) insert(hash);
  }
}

void DistinctSet::become_sketch(Memory& memory) {
  if (!is_exact()) return;
  registers_.resize(register_count);
  memory.take(register_count);
  for (const Hash& hash : slots_) {
    if (hash != Hash{}) add_to_sketch(hash);
  }
  memory.give(slots_.size() * sizeof(Hash));
  slots_ = {};
  used_ = 0;
}

void DistinctSet::add_to_sketch(Hash hash) {
  const size_t index = hash.low >> (64 - register_bits);
  const auto rank = static_cast<uint8_t>(std::countl_zero(hash.high) + 1);
  registers_[index] = std::max(registers_[index], rank);
}

void DistinctSet::merge(DistinctSet& other, Memory& memory) {
  if (other.is_exact()) {
    for (const Hash& hash : other.slots_) {
      if (hash != Hash{}) add(hash, memory);
    }
    memory.give(other.slots_.size() * sizeof(Hash));
    other.slots_ = {};
    return;
  }
  become_sketch(memory);
  for (size_t i = 0; i < register_count; ++i) {
    registers_[i] = std::max(registers_[i], other.registers_[i]);
  }
}

uint64_t DistinctSet::count() const {
  if (is_exact()) return used_;
  // The estimator of Ertl (2017, arXiv:1702.01284), which has no bias at any number of values.
  std::array<size_t, rank_max + 1> ranks{};
  for (uint8_t rank : registers_) ++ranks[rank];
  const auto m = static_cast<double>(register_count);
  double z = m * tau(1 - static_cast<double>(ranks[rank_max]) / m);
  for (size_t rank = rank_max - 1; rank >= 1; --rank) {
    z = 0.5 * (z + static_cast<double>(ranks[rank]));
  }
  z += m * sigma(static_cast<double>(ranks[0]) / m);
  return static_cast<uint64_t>(std::llround(m * m / (2 * std::log(2.0) * z)));
}

}  // namespace clogs::query
