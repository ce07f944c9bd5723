// :time-of-day and :day-of-week.
#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(ClockPredicate, Success) {
  expect_clauses(
      "where",
      {
          {"[:time-of-day \"08:00\" \"18:00\"]", "[:time-of-day \"08:00\" \"18:00\"]"},
          {"[:time-of-day \"22:00:30\" \"24:00\"]", "[:time-of-day \"22:00:30\" \"24:00\"]"},
          {"[:day-of-week #{:mon :tuesday}]", "[:day-of-week #{:mon :tue}]"},
          {"[:day-of-week [:sun :sun]]", "[:day-of-week #{:sun}]"},
      });
  Result<Query> query = read("{:where [:day-of-week #{:mon :sun}]}");
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->where.days, 0b1000001);
}

TEST(ClockPredicate, Failure) {
  expect_clause_failures("where",
                         {
                             {"[:time-of-day \"08:00\"]", ":clogs/wrong-arity [:where]"},
                             {"[:time-of-day \"8:00\" \"18:00\"]", ":clogs/bad-time [:where 1]"},
                             {"[:time-of-day \"08:00\" \"24:01\"]", ":clogs/bad-time [:where 2]"},
                             {"[:time-of-day \"08:60\" \"18:00\"]", ":clogs/bad-time [:where 1]"},
                             {"[:time-of-day 8 18]", ":clogs/wrong-type [:where 1]"},
                             {"[:day-of-week :mon]", ":clogs/wrong-type [:where 1]"},
                             {"[:day-of-week #{:fry}]", ":clogs/bad-value [:where 1 0]"},
                             {"[:day-of-week #{\"mon\"}]", ":clogs/wrong-type [:where 1 0]"},
                         });
}

}  // namespace
}  // namespace clogs::query::testing
