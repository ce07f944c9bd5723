#include "server/query/language/aggregate.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

// One aggregate named x, and its canonical form.
void expect_aggregates(const std::vector<Case>& cases) {
  for (const Case& it : cases) {
    std::string in = "{:x " + std::string(it.in) + "}";
    std::string want = "[[:x " + std::string(it.want) + "]]";
    expect_clauses("aggregations", {{in, want}});
  }
}

TEST(Aggregate, Success) {
  expect_aggregates({
      {"[:count]", "[:count]"},
      {":*", "[:count]"},
      {"[:count :*]", "[:count]"},
      {"[:count :a]", "[:count :a]"},
      {"[:count {:where {:a 1}}]", "[:count {:where [:= :a 1]}]"},
      {"[:count {:where :true}]", "[:count]"},
      {"[:count :a {:where {:a 1}}]", "[:count :a {:where [:= :a 1]}]"},
      {"[:count-distinct :a]", "[:count-distinct :a]"},
      {"[:count-distinct :a {:exact true}]", "[:count-distinct :a {:exact true}]"},
      {"[:count-distinct :a {:exact true} {:where {:b 1}}]",
       "[:count-distinct :a {:exact true :where [:= :b 1]}]"},
      {"[:count-distinct :a {:exact true :where {:b 1}}]",
       "[:count-distinct :a {:exact true :where [:= :b 1]}]"},
      {"[:sum :a]", "[:sum :a]"},
      {"[:sum 2]", "[:sum 2]"},
      {"[:sum [:lit 2]]", "[:sum 2]"},
      {"[:avg [:a :b]]", "[:avg [:a :b]]"},
      {"[:min \"odd name\"]", "[:min \"odd name\"]"},
      {"[:max :a {:where {:b 1}}]", "[:max :a {:where [:= :b 1]}]"},
      {"[:median :a]", "[:percentile :a 50]"},
      {"[:stddev :a]", "[:stddev :a]"},
      {"[:variance :a]", "[:variance :a]"},
      {"[:percentile :a 99.9]", "[:percentile :a 99.9]"},
      {"[:percentile :a 50.0]", "[:percentile :a 50]"},
      {"[:percentiles :a [50 95 99.9]]", "[:percentiles :a [50 95 99.9]]"},
      {"[:histogram :a]", "[:histogram :a {:buckets 20}]"},
      {"[:histogram :a {:width 5 :min 0 :max 100}]", "[:histogram :a {:max 100 :min 0 :width 5}]"},
      {"[:rate]", "[:rate]"},
      {"[:rate :a]", "[:rate :a]"},
      {"[:first :a]", "[:first :a]"},
      {"[:last :a]", "[:last :a]"},
      {"[:any :a]", "[:any :a]"},
      {"[:values :a]", "[:values :a 100]"},
      {"[:set :a 5]", "[:set :a 5]"},
      {"[:top :a 3]", "[:top :a 3]"},
      {"[:rare :a 3]", "[:rare :a 3]"},
      {"[:arg-max :a :b]", "[:arg-max :a :b]"},
      {"[:arg-min :a [:b 0]]", "[:arg-min :a [:b 0]]"},
      {"[:bytes]", "[:bytes]"},
      {"[:bytes {:where {:a 1}}]", "[:bytes {:where [:= :a 1]}]"},
      {"[:ratio [:= :level \"error\"]]", "[:ratio [:= :level \"error\"]]"},
      {"[:ratio {:level \"error\"} {:service \"a\"}]",
       "[:ratio [:= :level \"error\"] [:= :service \"a\"]]"},
      {"[:ratio {:a 1} {:where {:b 1}}]", "[:ratio [:= :a 1] {:where [:= :b 1]}]"},
      {"[:ratio {:where 1}]", "[:ratio [:= :where 1]]"},
  });
}

TEST(Aggregate, OrderAndNames) {
  expect_clauses("aggregations",
                 {
                     {"{:b [:count] :a [:bytes]}", "[[:a [:bytes]] [:b [:count]]]"},
                     {"[[:b [:count]] [:a [:bytes]]]", "[[:b [:count]] [:a [:bytes]]]"},
                     {"{\"odd name\" [:count]}", "[[\"odd name\" [:count]]]"},
                 });
  Result<Query> query =
      read("{:aggregations [[:lat [:percentiles :a [50 99.9]]] [:a/b [:percentiles :a [1]]]]}");
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->aggregates[0].columns, (std::vector<std::string>{"lat/p50", "lat/p99.9"}));
  EXPECT_EQ(query->aggregates[1].columns, (std::vector<std::string>{"a/b.p1"}));
}

TEST(Aggregate, Failure) {
  expect_clause_failures(
      "aggregations",
      {
          {"{}", ":clogs/wrong-arity [:aggregations]"},
          {"5", ":clogs/wrong-type [:aggregations]"},
          {"[:count]", ":clogs/wrong-type [:aggregations 0]"},
          {"{:n :count}", ":clogs/wrong-type [:aggregations :n]"},
          {"{:n [:cuont]}", ":clogs/unknown-operator [:aggregations :n 0]"},
          {"{:n [:sketch :a]}", ":clogs/not-implemented [:aggregations :n 0]"},
          {"{:n [:sum]}", ":clogs/wrong-arity [:aggregations :n]"},
          {"{:n [:sum :a :b]}", ":clogs/wrong-arity [:aggregations :n]"},
          {"{:n [:sum [:* :a 2]]}", ":clogs/not-implemented [:aggregations :n 1 0]"},
          {"{:n [:count 5]}", ":clogs/wrong-type [:aggregations :n 1]"},
          {"{:n [:bytes :a]}", ":clogs/wrong-arity [:aggregations :n]"},
          {"{:n [:top :a]}", ":clogs/wrong-arity [:aggregations :n]"},
          {"{:n [:top :a 0]}", ":clogs/bad-value [:aggregations :n 2]"},
          {"{:n [:values :a 1000000]}", ":clogs/bad-value [:aggregations :n 2]"},
          {"{:n [:percentile :a 101]}", ":clogs/bad-value [:aggregations :n 2]"},
          {"{:n [:percentile :a \"99\"]}", ":clogs/wrong-type [:aggregations :n 2]"},
          {"{:n [:percentiles :a []]}", ":clogs/wrong-type [:aggregations :n 2]"},
          {"{:n [:percentiles :a [50 x]]}", ":clogs/wrong-type [:aggregations :n 2 1]"},
          {"{:n [:percentiles :a [50 50]]}", ":clogs/duplicate-column [:aggregations]"},
          {"{:n [:count {:were {:a 1}}]}", ":clogs/unknown-key [:aggregations :n 1 :were]"},
          {"{:n [:count {:where [:oops]}]}",
           ":clogs/unknown-operator [:aggregations :n 1 :where 0]"},
          {"{:n [:sum :a {:exact true}]}", ":clogs/unknown-key [:aggregations :n 2 :exact]"},
          {"{:n [:count-distinct :a {:exact 1}]}", ":clogs/wrong-type [:aggregations :n 2 :exact]"},
          {"{:n [:histogram :a {:width 0}]}", ":clogs/bad-value [:aggregations :n 2 :width]"},
          {"{:n [:histogram :a {:width 1 :buckets 5}]}",
           ":clogs/bad-value [:aggregations :n 2 :buckets]"},
          {"{:n [:ratio]}", ":clogs/wrong-arity [:aggregations :n]"},
          {"{:n [:arg-max :a]}", ":clogs/wrong-arity [:aggregations :n]"},
          {"[[:n [:count]] [:n [:bytes]]]", ":clogs/duplicate-column [:aggregations]"},
          {"[[\"\" [:count]]]", ":clogs/bad-value [:aggregations 0 0]"},
          {"[[:n [:count] 1]]", ":clogs/wrong-type [:aggregations 0]"},
      });
}

}  // namespace
}  // namespace clogs::query::testing
