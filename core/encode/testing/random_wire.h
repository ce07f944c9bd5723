// Random bytes of records with all that can be wrong with them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "core/record/testing/random_record.h"

namespace clogs::encode::testing {

// The wire bytes of a Value that holds text of this kind (its field number), a string by default.
std::string text_value(std::string_view text, uint32_t kind = 4);
// A field of a Record with this key and these bytes as its Value.
std::string field(std::string_view key, std::string_view value);

// Equal seeds give equal records.
class RandomWire {
 public:
  explicit RandomWire(uint64_t seed) : random_(seed), legal_(seed) {}

  std::string record();

 private:
  size_t below(size_t bound) { return random_() % bound; }
  std::string text();
  std::string key();
  std::string value(int depth);
  std::string collection(int depth);
  std::string entry(int depth);
  void damage(std::string& bytes);

  std::mt19937_64 random_;
  record::testing::RandomRecord legal_;
};

}  // namespace clogs::encode::testing
