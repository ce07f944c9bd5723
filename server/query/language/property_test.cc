// Random queries, the same in every run: their canonical form reads back as the same query with the
// same hash, as EDN and as JSON.
#include <gtest/gtest.h>

#include "server/query/language/testing/random_query.h"
#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

constexpr uint64_t queries = 3000;

TEST(Property, CanonicalFormReadsBack) {
  for (uint64_t seed = 0; seed < queries; ++seed) {
    std::string text = edn::print(RandomQuery(seed).query());
    Result<Query> query = read(text);
    ASSERT_TRUE(query.ok()) << text << "\n" << query.status().to_string();
    std::string printed = canonical_text(*query);
    Result<Query> again = read(printed);
    ASSERT_TRUE(again.ok()) << text << "\n" << printed << "\n" << again.status().to_string();
    ASSERT_TRUE(same_meaning(*query, *again)) << text << "\n" << printed;
    ASSERT_EQ(printed, canonical_text(*again)) << text;
  }
}

TEST(Property, JsonFormIsTheSameQuery) {
  for (uint64_t seed = 0; seed < queries; ++seed) {
    std::string text = edn::print(RandomQuery(seed).query());
    Result<Query> query = read(text);
    ASSERT_TRUE(query.ok()) << text << "\n" << query.status().to_string();
    std::string json = to_json(canonical(*query));
    Result<Query> again = read(json, Syntax::json);
    ASSERT_TRUE(again.ok()) << text << "\n" << json << "\n" << again.status().to_string();
    ASSERT_EQ(canonical_text(*query), canonical_text(*again)) << json;
    ASSERT_EQ(template_hash(*query), template_hash(*again)) << json;
  }
}

}  // namespace
}  // namespace clogs::query::testing
