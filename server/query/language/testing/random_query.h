// Random queries, as the EDN values that users write, in all surface forms; and values as JSON.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/edn/value.h"

namespace clogs::query::testing {

class RandomQuery {
 public:
  explicit RandomQuery(uint64_t seed) : random_(seed) {}

  edn::Value query();
  edn::Value predicate(int depth);

 private:
  size_t below(size_t limit) { return random_() % limit; }
  bool maybe() { return below(2) == 0; }
  template <typename T, size_t n>
  const T& one_of(const T (&items)[n]) {
    return items[below(n)];
  }
  edn::Value name();
  edn::Value field();
  edn::Value literal(int depth);
  edn::Value scalar();
  edn::Value text();
  edn::Value operand();
  edn::Value field_clause();
  edn::Value text_clause();
  edn::Value map_clause(int depth);
  edn::Value moment();
  edn::Value time();
  edn::Value group(size_t number);
  edn::Value aggregate(int depth);
  void add_groups(edn::Value& query);
  void add_raw_shape(edn::Value& query);

  std::mt19937_64 random_;
};

// A canonical query as JSON text: keywords as plain strings where the place says that they are
// keywords, as {"$kw": ..} where they are values.
std::string to_json(const edn::Value& canonical);

}  // namespace clogs::query::testing
