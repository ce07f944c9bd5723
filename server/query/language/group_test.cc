#include "server/query/language/group.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(Group, Success) {
  expect_clauses(
      "group-by",
      {
          {"[]", ""},
          {"[:a :b.c [:d 0]]", "[:a :b.c [:d 0]]"},
          {"[[:bucket :timestamp \"1m\"]]", "[[:bucket :timestamp [60000000000 :nanoseconds]]]"},
          {"[[:bucket :timestamp [1 :week]]]",
           "[[:bucket :timestamp [604800000000000 :nanoseconds]]]"},
          {"[[:bucket :timestamp :auto]]", "[[:bucket :timestamp :auto]]"},
          {"[[:bucket :timestamp \"1d\" {:tz \"Europe/Berlin\" :offset \"6h\" :fill :null}]]",
           "[[:bucket :timestamp [86400000000000 :nanoseconds] {:fill :null :offset "
           "[21600000000000 "
           ":nanoseconds] :tz \"Europe/Berlin\"}]]"},
          {"[[:bucket :timestamp \"1m\" {:fill :zero :min \"now/h\" :max [:now]}]]",
           "[[:bucket :timestamp [60000000000 :nanoseconds] {:fill :zero :max [:now] :min "
           "[:start-of "
           ":hour [:now]]}]]"},
          {"[[:bucket :timestamp \"1m\" {:fill :none :tz \"UTC\"}]]",
           "[[:bucket :timestamp [60000000000 :nanoseconds]]]"},
          {"[[:bucket :bytes 1024]]", "[[:bucket :bytes 1024]]"},
          {"[[:bucket :ms 0.5 {:offset 0.25 :fill :previous :min 0 :max 10}]]",
           "[[:bucket :ms 0.5 {:fill :previous :max 10 :min 0 :offset 0.25}]]"},
          {"[[:as :minute [:bucket :timestamp \"1m\"]]]",
           "[[:as :minute [:bucket :timestamp [60000000000 :nanoseconds]]]]"},
          {"[[:as :a :a]]", "[:a]"},
          {"[[:as :x [:a :b]]]", "[[:as :x [:a :b]]]"},
          {"[[:as \"odd name\" :a]]", "[[:as \"odd name\" :a]]"},
          {"[[:cidr :ip 24]]", "[[:cidr :ip 24]]"},
          {"[[:path :bucket :x]]", "[[:path :bucket :x]]"},
      });
}

TEST(Group, Failure) {
  expect_clause_failures(
      "group-by",
      {
          {":a", ":clogs/wrong-type [:group-by]"},
          {"[5]", ":clogs/wrong-type [:group-by 0]"},
          {"[[:bucket :timestamp]]", ":clogs/wrong-arity [:group-by 0]"},
          {"[[:bucket :timestamp :hourly]]", ":clogs/bad-value [:group-by 0 2]"},
          {"[[:bucket :timestamp \"1x\"]]", ":clogs/bad-time [:group-by 0 2]"},
          {"[[:bucket :timestamp [1 :months]]]", ":clogs/bad-time [:group-by 0 2]"},
          {"[[:bucket :timestamp \"0s\"]]", ":clogs/bad-time [:group-by 0 2]"},
          {"[[:bucket :a 0]]", ":clogs/bad-value [:group-by 0 2]"},
          {"[[:bucket :a -1]]", ":clogs/bad-value [:group-by 0 2]"},
          {"[[:bucket :timestamp \"1m\" {:zone \"UTC\"}]]",
           ":clogs/unknown-key [:group-by 0 3 :zone]"},
          {"[[:bucket :timestamp \"1m\" {:tz \"X/Y\"}]]", ":clogs/bad-time [:group-by 0 3 :tz]"},
          {"[[:bucket :a 5 {:tz \"UTC\"}]]", ":clogs/bad-value [:group-by 0 3 :tz]"},
          {"[[:bucket :a \"1m\" {:fill :linear}]]", ":clogs/bad-value [:group-by 0 3 :fill]"},
          {"[[:as :x]]", ":clogs/wrong-arity [:group-by 0]"},
          {"[[:as 5 :a]]", ":clogs/wrong-type [:group-by 0 1]"},
          {"[[:as :x [:lower :a]]]", ":clogs/not-implemented [:group-by 0 2 0]"},
          {"[[:cidr :ip]]", ":clogs/wrong-arity [:group-by 0]"},
          {"[[:cidr :ip 129]]", ":clogs/bad-value [:group-by 0 2]"},
          {"[:a :a]", ":clogs/duplicate-column [:group-by]"},
          {"[:a.b [:a :b]]", ":clogs/duplicate-column [:group-by]"},
      });
}

TEST(Group, BucketTakesTheZoneOfTheQuery) {
  Result<Query> query = read(
      "{:tz \"Europe/Berlin\" :group-by [[:bucket :timestamp \"1d\"] "
      "[:as :utc [:bucket :timestamp \"1d\" {:tz \"UTC\"}]]]}");
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->groups[0].tz, "Europe/Berlin");
  EXPECT_EQ(query->groups[1].tz, "UTC");
}

}  // namespace
}  // namespace clogs::query::testing
