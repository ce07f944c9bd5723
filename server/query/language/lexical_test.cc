// Parameters, and what they may stand for.
#include "server/query/language/lexical.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

using edn::Value;

TEST(Params, Success) {
  expect_queries({
      {"{:params {?a \"x\"} :where [:= :f ?a]}", "{:where [:= :f \"x\"]}"},
      {"{:params {:a \"x\"} :where [:= :f ?a]}", "{:where [:= :f \"x\"]}"},
      {"{:params {?a nil} :where [:= :f ?a]}", "{:where [:missing :f]}"},
      {"{:params {?a 1 ?b 5} :where [:between :f ?a ?b]}", "{:where [:between :f 1 5]}"},
      {"{:params {?a 1} :where [:in :f [?a 2]]}", "{:where [:in :f #{1 2}]}"},
      {"{:params {?a [2 1]} :where [:in :f ?a]}", "{:where [:in :f #{1 2}]}"},
      {"{:params {?a \"x y\"} :where [:text ?a]}", "{:where [:text :message \"x y\"]}"},
      {"{:params {?a \"^x\"} :where [:matches :f ?a]}", "{:where [:matches :f \"^x\"]}"},
      {"{:params {?a [:ago 2 :hours]} :time [:since ?a]}",
       "{:time {:from [:ago 7200000000000 :nanoseconds]}}"},
      {"{:params {?a \"15m\"} :time ?a}", "{:time [:last 900000000000 :nanoseconds]}"},
      {"{:params {?a \"15m\"} :time [:last ?a]}", "{:time [:last 900000000000 :nanoseconds]}"},
      {"{:params {?a 3} :time [:last ?a :minutes]}", "{:time [:last 180000000000 :nanoseconds]}"},
      {"{:params {?a 7} :limit ?a}", "{:limit 7}"},
      {"{:params {?a #{1 2}} :where {:f ?a}}", "{:where [:in :f #{1 2}]}"},
      {"{:params {?a nil} :where {:f ?a}}", "{:where [:missing :f]}"},
      {"{:params {?a 1} :where [:= :f {:x ?a}]}", "{:where [:= :f {:x 1}]}"},
      {"{:params {?a \"10.0.0.0/8\"} :where [:cidr :ip ?a]}",
       "{:where [:cidr :ip \"10.0.0.0/8\"]}"},
  });
}

TEST(Params, Failure) {
  expect_failures({
      {"{:where [:= :f ?a]}", ":clogs/unbound-param [:where 2]"},
      {"{:where [:in :f #{?a}]}", ":clogs/unbound-param [:where 2 0]"},
      {"{:time ?a}", ":clogs/unbound-param [:time]"},
      {"{:limit ?a}", ":clogs/unbound-param [:limit]"},
      {"{:params {?a ?b} :where [:= :f ?a]}", ":clogs/unbound-param [:where 2]"},
      {"{:params {?a 1} :where ?a}", ":clogs/wrong-type [:where]"},
      {"{:params {?a :f} :where [:= ?a 1]}", ":clogs/wrong-type [:where 1]"},
      {"{:params {?a := } :where [?a :f 1]}", ":clogs/unknown-operator [:where 0]"},
      {"{:params {?a 1} :where [:text ?a]}", ":clogs/wrong-type [:where 1]"},
      {"{:params [?a 1]}", ":clogs/wrong-type [:params]"},
      {"{:params {a 1}}", ":clogs/wrong-type [:params a]"},
      {"{:params {5 1}}", ":clogs/wrong-type [:params 5]"},
      {"{:where [:= :f a]}", ":clogs/wrong-type [:where 2]"},
  });
}

// Who fills a parameter cannot turn a value into an operator.
TEST(Params, AreDataOnly) {
  Params params = {{"a", Value::vector({Value::keyword(">="), Value::integer(0)})}};
  EXPECT_EQ(canonical_of("{:where {:f ?a}}", Syntax::edn, params), "{:where [:= :f [:>= 0]]}");
  EXPECT_EQ(canonical_of("{:where [:= :f ?a]}", Syntax::edn, params), "{:where [:= :f [:>= 0]]}");
  params[0].second = Value::map_of({{"where", Value::map()}});
  EXPECT_EQ(failure_of("{:where [:= :f ?a] :limit -1}", Syntax::edn, params),
            ":clogs/bad-value [:limit]");
}

TEST(Params, OfTheCallerWin) {
  Params params = {{"?a", Value::integer(2)}};
  EXPECT_EQ(canonical_of("{:params {?a 1} :where [:= :f ?a]}", Syntax::edn, params),
            "{:where [:= :f 2]}");
  EXPECT_EQ(canonical_of(R"({"where": {"f": {"$param": "a"}}})", Syntax::json, params),
            "{:where [:= :f 2]}");
}

TEST(Params, UnusedOnesAreWarnedOf) {
  Parsed parsed = parse_with_diagnostics("{:params {?a 1}}", Syntax::edn, {}, now);
  ASSERT_TRUE(parsed.query);
  ASSERT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_FALSE(parsed.diagnostics[0].is_error);
  EXPECT_NE(parsed.diagnostics[0].details_edn.find(":clogs/unused-param"), std::string::npos);
}

}  // namespace
}  // namespace clogs::query::testing
