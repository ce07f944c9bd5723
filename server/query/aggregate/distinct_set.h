// How many different values there were: exactly while they fit, then by a sketch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "server/query/aggregate/memory.h"

namespace clogs::query {

// Values are told apart by 128-bit hashes of their keys (key.h): two of a thousand million values
// share one with probability 1e-21. Past `exact_max` the set becomes a HyperLogLog of 2^18
// registers: 256 KiB, standard error 0.2 %.
class DistinctSet {
 public:
  explicit DistinctSet(size_t exact_max) : exact_max_(exact_max) {}

  void add(std::string_view key, Memory& memory);
  void merge(DistinctSet& other, Memory& memory);
  bool is_exact() const { return registers_.empty(); }
  uint64_t count() const;

 private:
  struct Hash {
    uint64_t low = 0;
    uint64_t high = 0;
    bool operator==(const Hash&) const = default;
  };
  void add(Hash hash, Memory& memory);
  bool insert(Hash hash);
  void grow(Memory& memory);
  void become_sketch(Memory& memory);
  void add_to_sketch(Hash hash);

  size_t exact_max_;
  size_t used_ = 0;
  std::vector<Hash> slots_;  // open addressing; all zero is free
  std::vector<uint8_t> registers_;
};

}  // namespace clogs::query
