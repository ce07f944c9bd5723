#include "server/query/language/query.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(QueryMap, Success) {
  expect_queries({
      {"{}", "{}"},
      {"{:v 1 :doc \"why\" :id :a/b}", "{}"},
      {"{:find [:a] :sort [:b] :limit 5}", "{:limit 5 :order-by [[:b :asc]] :select [:a]}"},
      {"{:aggregate {:n :*} :group-by [:a]}", "{:aggregations [[:n [:count]]] :group-by [:a]}"},
      {"{:group-by [:a]}", "{:aggregations [[:count [:count]]] :group-by [:a]}"},
      {"{:limit 100}", "{}"},
      {"{:limit 0}", "{:limit 0}"},
      {"{:limit 10000 :group-by [:a]}", "{:aggregations [[:count [:count]]] :group-by [:a]}"},
      {"{:offset 10000}", "{:offset 10000}"},
      {"{:tz \"UTC\"}", "{}"},
      {"{:tz \"Europe/Berlin\"}", "{:tz \"Europe/Berlin\"}"},
      {"{:after \"abc\"}", "{:after \"abc\"}"},
      {"{:before \"abc\"}", "{:before \"abc\"}"},
      {"{:options {:timeout \"5s\" :count :exact :cache false}}", "{}"},
  });
}

TEST(QueryMap, Failure) {
  expect_failures({
      {"[:= :a 1]", ":clogs/not-a-map []"},
      {"nil", ":clogs/not-a-map []"},
      {"\"{}\"", ":clogs/not-a-map []"},
      {"{:were {:a 1}}", ":clogs/unknown-key [:were]"},
      {"{\"where\" {:a 1}}", ":clogs/unknown-key [\"where\"]"},
      {"{where {:a 1}}", ":clogs/unknown-key [where]"},
      {"{:v 2}", ":clogs/bad-value [:v]"},
      {"{:v \"1\"}", ":clogs/wrong-type [:v]"},
      {"{:doc 5}", ":clogs/wrong-type [:doc]"},
      {"{:id \"a\"}", ":clogs/wrong-type [:id]"},
      {"{:find [:a] :select [:a]}", ":clogs/unknown-key [:find]"},
      {"{:limit -1}", ":clogs/bad-value [:limit]"},
      {"{:limit 1.5}", ":clogs/wrong-type [:limit]"},
      {"{:limit \"5\"}", ":clogs/wrong-type [:limit]"},
      {"{:limit 99999999999999999999}", ":clogs/bad-value [:limit]"},
      {"{:offset 10001}", ":clogs/offset-too-large [:offset]"},
      {"{:tz \"Berlin\"}", ":clogs/bad-time [:tz]"},
      {"{:tz :UTC}", ":clogs/wrong-type [:tz]"},
      {"{:after \"\"}", ":clogs/bad-cursor [:after]"},
      {"{:after 5}", ":clogs/wrong-type [:after]"},
      {"{:after \"a\" :before \"b\"}", ":clogs/bad-cursor [:after]"},
      {"{:after \"a\" :offset 5}", ":clogs/bad-cursor [:after]"},
      {"{:after \"a\" :distinct true}", ":clogs/bad-cursor [:after]"},
      {"{:after \"a\" :group-by [:x] :order-by [:count]}", ":clogs/bad-cursor [:after]"},
      {"{:having [:> :n 1]}", ":clogs/bad-value [:having]"},
      {"{:let {:a {}}}", ":clogs/not-implemented [:let]"},
      {"{:compute {:a [:+ 1 2]}}", ":clogs/not-implemented [:compute]"},
  });
}

TEST(QueryMap, WrongComesBeforeNotBuilt) {
  EXPECT_EQ(failure_of("{:compute {} :where [:oops]}"), ":clogs/unknown-operator [:where 0]");
}

TEST(QueryMap, EveryProblemIsCollectedInTheOrderOfTheText) {
  Parsed parsed = parse_with_diagnostics(
      "{:limit -1 :where [:and [:oops] [:= :a]] :selct [:a] :pipe [[:join {}]]}", Syntax::edn, {},
      now);
  EXPECT_FALSE(parsed.query);
  std::vector<std::string> codes;
  for (const Diagnostic& it : parsed.diagnostics) {
    codes.push_back(edn::print(*edn::read_value(it.details_edn)->find("code")));
  }
  EXPECT_EQ(codes, (std::vector<std::string>{":clogs/bad-value", ":clogs/unknown-operator",
                                             ":clogs/wrong-arity", ":clogs/unknown-key",
                                             ":clogs/not-implemented"}));
}

TEST(Source, Success) {
  expect_queries({
      {"{:from :logs}", "{:from :logs}"},
      {"{:from [:logs]}", "{:from :logs}"},
      {"{:from [:b :a :b]}", "{:from [:a :b]}"},
      {"{:from \"odd name\"}", "{:from \"odd name\"}"},
      {"{:from {:stream {:service \"a\"}} :where {:b 1}}",
       "{:where [:and [:= :service \"a\"] [:= :b 1]]}"},
  });
}

TEST(Source, Failure) {
  expect_failures({
      {"{:from []}", ":clogs/wrong-arity [:from]"},
      {"{:from 5}", ":clogs/wrong-type [:from]"},
      {"{:from [5]}", ":clogs/wrong-type [:from 0]"},
      {"{:from {}}", ":clogs/wrong-type [:from]"},
      {"{:from {:strem {}}}", ":clogs/unknown-key [:from :strem]"},
      {"{:from {:stream :a}}", ":clogs/wrong-type [:from :stream]"},
      {"{:from {:file \"x.edn\"}}", ":clogs/not-implemented [:from :file]"},
      {"{:from {:archive \"x\"}}", ":clogs/not-implemented [:from :archive]"},
      {"{:from {:where {:a 1}}}", ":clogs/not-implemented [:from]"},
  });
}

TEST(QueryOptions, Success) {
  Result<Query> query = read(
      "{:options {:timeout \"5s\" :max-scan-bytes 10 :max-rows 0 :partial false :explain :none "
      ":strict-types true :tenant \"t\" :count :approx :seed -3 :cache false :digest true}}");
  ASSERT_TRUE(query.ok()) << query.status().to_string();
  const RunOptions& options = query->options;
  EXPECT_EQ(options.timeout_nanos, int64_t{5'000'000'000});
  EXPECT_EQ(options.max_scan_bytes, 10);
  EXPECT_EQ(options.max_rows, 0);
  EXPECT_FALSE(options.partial);
  EXPECT_TRUE(options.strict_types);
  EXPECT_EQ(options.tenant, "t");
  EXPECT_EQ(options.count, CountMode::approx);
  EXPECT_EQ(options.seed, -3);
  EXPECT_FALSE(options.cache);
  EXPECT_TRUE(options.digest);
}

TEST(QueryOptions, Failure) {
  expect_clause_failures("options",
                         {
                             {"5", ":clogs/wrong-type [:options]"},
                             {"{:timeout 5}", ":clogs/bad-time [:options :timeout]"},
                             {"{:timeout \"0s\"}", ":clogs/bad-time [:options :timeout]"},
                             {"{:timout \"5s\"}", ":clogs/unknown-key [:options :timout]"},
                             {"{:max-scan-bytes 0}", ":clogs/bad-value [:options :max-scan-bytes]"},
                             {"{:partial :no}", ":clogs/wrong-type [:options :partial]"},
                             {"{:count :sometimes}", ":clogs/bad-value [:options :count]"},
                             {"{:tenant :t}", ":clogs/wrong-type [:options :tenant]"},
                             {"{:explain :plan}", ":clogs/not-implemented [:options :explain]"},
                             {"{:explain :analyze}", ":clogs/not-implemented [:options :explain]"},
                             {"{:explain :why}", ":clogs/bad-value [:options :explain]"},
                         });
}

}  // namespace
}  // namespace clogs::query::testing
