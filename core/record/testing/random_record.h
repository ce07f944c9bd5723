// Random legal records with every kind of EDN value, for property tests.
#pragma once

#include <random>

#include "core/edn/value.h"

namespace clogs::record::testing {

enum class Kinds : uint8_t {
  edn,   // everything
  json,  // what JSON can say
};

// Equal seeds give equal records.
class RandomRecord {
 public:
  explicit RandomRecord(uint64_t seed, Kinds kinds = Kinds::edn) : random_(seed), kinds_(kinds) {}

  edn::Value record();
  edn::Value value(int depth);

 private:
  size_t below(size_t bound) { return random_() % bound; }
  std::string text(size_t max_characters);
  std::string name();
  std::string digits(size_t max_digits);
  edn::Value number();
  edn::Value edn_atom();
  edn::Value json_atom();
  edn::Value collection(int depth);
  edn::Value map(int depth, size_t entries);
  void known_keys(edn::Value& record);

  std::mt19937_64 random_;
  Kinds kinds_;
};

}  // namespace clogs::record::testing
