#include "server/query/language/canonical.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

Query query_of(std::string_view text) {
  Result<Query> query = read(text);
  EXPECT_TRUE(query.ok()) << text << ": " << query.status().to_string();
  return query.ok() ? *query : Query{};
}

std::string hash_at(std::string_view text, int64_t nanos) {
  Query query = query_of(text);
  return execution_hash(query, resolve_window(query, nanos).value());
}

TEST(Canonical, Sha256) {
  EXPECT_EQ(sha256(""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(template_hash(Query{}), sha256("{}"));
}

TEST(Canonical, HashLeavesOutWhatIsNotMeaning) {
  EXPECT_EQ(template_hash(query_of("{:where {:a 1} :doc \"x\" :id :y :v 1 :options {:seed 3}}")),
            template_hash(query_of("{:where [:= :a 1]}")));
  EXPECT_NE(template_hash(query_of("{:where {:a 1}}")), template_hash(query_of("{:where {:a 2}}")));
  EXPECT_NE(template_hash(query_of("{:where {:a 1}}")),
            template_hash(query_of("{:where {:a 1} :limit 5}")));
}

TEST(Canonical, PagesOfOneQueryShareAHash) {
  Query first = query_of("{:where {:a 1} :limit 5}");
  Query next = query_of("{:where {:a 1} :limit 7 :after \"x\"}");
  EXPECT_EQ(page_hash(first), page_hash(next));
  EXPECT_NE(template_hash(first), template_hash(next));
  EXPECT_NE(page_hash(first), page_hash(query_of("{:where {:a 1} :order-by [:a]}")));
}

TEST(Canonical, ExecutionHashMovesWithTimeOnlyWhereTimesAreRelative) {
  EXPECT_EQ(hash_at("{:time \"15m\"}", now), hash_at("{:time \"15m\"}", now));
  EXPECT_NE(hash_at("{:time \"15m\"}", now), hash_at("{:time \"15m\"}", now + 1));
  EXPECT_EQ(hash_at("{:time [\"now-1d/d\" \"now/d\"]}", now),
            hash_at("{:time [\"now-1d/d\" \"now/d\"]}", now + 1));
  EXPECT_EQ(hash_at("{:time [1 2]}", now), hash_at("{:time [1 2]}", now + 1));
  EXPECT_EQ(hash_at("{:time [1795424400 1795424500]}", now),
            hash_at("{:time [[:now] [:+ [:now] \"100s\"]]}", now));
  std::string_view bucket =
      "{:group-by [[:bucket :timestamp \"1m\" {:fill :zero :min \"now-1h\"}]]}";
  EXPECT_NE(hash_at(bucket, now), hash_at(bucket, now + 1));
}

TEST(Canonical, SameMeaningIgnoresOptions) {
  EXPECT_TRUE(same_meaning(query_of("{:options {:seed 1}}"), query_of("{}")));
  EXPECT_FALSE(same_meaning(query_of("{:limit 1}"), query_of("{}")));
}

}  // namespace
}  // namespace clogs::query::testing
