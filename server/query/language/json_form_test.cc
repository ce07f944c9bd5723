#include "server/query/language/json_form.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

// The EDN and the JSON form are the same query.
void expect_same(const std::vector<Case>& cases) {
  for (const Case& it : cases) {
    Result<Query> json = read(it.in, Syntax::json);
    Result<Query> edn = read(it.want);
    ASSERT_TRUE(json.ok()) << it.in << ": " << json.status().to_string();
    ASSERT_TRUE(edn.ok()) << it.want << ": " << edn.status().to_string();
    EXPECT_EQ(canonical_text(*json), canonical_text(*edn)) << it.in;
    EXPECT_EQ(template_hash(*json), template_hash(*edn)) << it.in;
  }
}

TEST(JsonForm, Success) {
  expect_same({
      {"{}", "{}"},
      {R"({"where": ["=", "level", "error"]})", "{:where [:= :level \"error\"]}"},
      {R"({"where": [":=", ":level", "error"]})", "{:where [:= :level \"error\"]}"},
      {R"({":where": {":level": "error"}})", "{:where {:level \"error\"}}"},
      {R"({"where": ["=", "level", ":error"]})", "{:where [:= :level \":error\"]}"},
      {R"({"where": ["=", "level", {"$kw": "error"}]})", "{:where [:= :level :error]}"},
      {R"({"where": ["=", "a", {"$kw": ":error"}]})", "{:where [:= :a :error]}"},
      {R"({"where": ["in", "a", {"$set": ["x", 1, "x"]}]})", "{:where [:in :a #{\"x\" 1}]}"},
      {R"({"where": ["in", "a", ["x", 1]]})", "{:where [:in :a #{\"x\" 1}]}"},
      {R"({"where": ["=", "at", {"$inst": "2026-11-23T00:00:00Z"}]})",
       "{:where [:= :at #inst \"2026-11-23T00:00:00Z\"]}"},
      {R"({"where": ["=", "a", {"$uuid": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}]})",
       "{:where [:= :a #uuid \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"]}"},
      {R"({"where": ["=", "a", {"$edn": "1/3"}]})", "{:where [:= :a 1/3]}"},
      {R"({"where": ["=", "a", {"$field": "b"}]})", "{:where [:= :a [:field :b]]}"},
      {R"({"where": ["=", "a", ["field", "b"]]})", "{:where [:= :a [:field :b]]}"},
      {R"({"where": ["=", "a", ["lit", ["field", "b"]]]})",
       "{:where [:= :a [:lit [\"field\" \"b\"]]]}"},
      {R"({"where": ["=", {"$field": ["a", "*", 0]}, 1]})", "{:where [:= [:a :* 0] 1]}"},
      {R"({"where": ["=", ["a", "*", 0], 1]})", "{:where [:= [:a :* 0] 1]}"},
      {R"({"where": ["=", "odd name", 1]})", "{:where [:= \"odd name\" 1]}"},
      {R"({"where": ["=", "@timestamp", 1]})", "{:where [:= \"@timestamp\" 1]}"},
      {R"({"where": {"odd name": 1}})", "{:where {\"odd name\" 1}}"},
      {R"({"where": ["=", "a", 12345678901234567890123]})",
       "{:where [:= :a 12345678901234567890123]}"},
      {R"({"where": {"level": ["error", "fatal"]}})", "{:where {:level #{\"error\" \"fatal\"}}}"},
      {R"({"where": {"a": [">=", 500], "b": null, "c": ["in", [1, 2]]}})",
       "{:where {:a [:>= 500] :b nil :c [:in [1 2]]}}"},
      {R"({"where": {"field": "a", "operator": "gte", "value": 5}})", "{:where [:>= :a 5]}"},
      {R"({"where": {"and": [{"a": 1}, {"not": {"b": 2}}]}})",
       "{:where [:and {:a 1} [:not {:b 2}]]}"},
      {R"({"where": "true"})", "{:where :true}"},
      {R"({"where": ["text", "message", "a b", {"op": "or"}]})",
       "{:where [:text :message \"a b\" {:op :or}]}"},
      {R"({"where": ["text", ["a", "b"], "x"]})", "{:where [:text [:a :b] \"x\"]}"},
      {R"({"where": ["phrase", "message", "a b"]})", "{:where [:phrase :message \"a b\"]}"},
      {R"({"where": ["seq", {"$field": "m"}, "a", "b"]})", "{:where [:seq :m \"a\" \"b\"]}"},
      {R"({"where": ["seq", "a", "b"]})", "{:where [:seq \"a\" \"b\"]}"},
      {R"({"where": ["day-of-week", ["mon", "tue"]]})", "{:where [:day-of-week #{:mon :tue}]}"},
      {R"({"where": ["starts-with", "a", "x", {"case": "insensitive"}]})",
       "{:where [:starts-with :a \"x\" {:case :insensitive}]}"},
      {R"({"where": ["len", "a", ">", 3]})", "{:where [:len :a :> 3]}"},
      {R"({"where": ["type", "a", "integer"]})", "{:where [:type :a :integer]}"},
      {R"({"time": "all"})", "{:time :all}"},
      {R"({"time": "15m"})", "{:time \"15m\"}"},
      {R"({"time": ["last", 15, "minutes"]})", "{:time [:last 15 :minutes]}"},
      {R"({"time": ["now-1h", "now"]})", "{:time \"1h\"}"},
      {R"({"time": ["since", ["ago", 2, "hours"]]})", "{:time [:since [:ago 2 :hours]]}"},
      {R"({"time": {"from": "2026-11-23T00:00:00Z"}})",
       "{:time {:from #inst \"2026-11-23T00:00:00Z\"}}"},
      {R"({"from": "logs"})", "{:from :logs}"},
      {R"({"from": ["b", "a"]})", "{:from [:a :b]}"},
      {R"({"select": ["a", ["as", "x", "b"], {"http": ["status"]}, ["except", "c"], "*"]})",
       "{:select [:a [:as :x :b] {:http [:status]} [:except :c] :*]}"},
      {R"({"order-by": [["a", "desc"], "b", ["c", "asc", {"nulls": "first"}]]})",
       "{:order-by [[:a :desc] :b [:c :asc {:nulls :first}]]}"},
      {R"({"group-by": [["bucket", "timestamp", "1m", {"fill": "zero"}], "service"]})",
       "{:group-by [[:bucket :timestamp \"1m\" {:fill :zero}] :service]}"},
      {R"({"group-by": [["bucket", "timestamp", "auto"]]})",
       "{:group-by [[:bucket :timestamp :auto]]}"},
      {R"({"aggregations": {"n": ["count"], "e": ["ratio", {"level": "error"}], "all": "*"}})",
       "{:aggregations {:n [:count] :e [:ratio {:level \"error\"}] :all :*}}"},
      {R"({"aggregations": [["n", ["avg", "duration"]], ["p", ["percentiles", "d", [50, 99.9]]]]})",
       "{:aggregations [[:n [:avg :duration]] [:p [:percentiles :d [50 99.9]]]]}"},
      {R"({"pipe": [["where", {"a": 1}], ["sort", ["a", "desc"]], ["limit", 5]]})",
       "{:where {:a 1} :order-by [[:a :desc]] :limit 5}"},
      {R"({"params": {"svc": "x", "?t": "1h"}, "time": {"$param": "t"},
           "where": ["=", "a", {"$param": "svc"}]})",
       "{:time \"1h\" :where [:= :a \"x\"]}"},
      {R"({"options": {"count": "exact", "explain": "none"}})", "{}"},
  });
}

TEST(JsonForm, Failure) {
  expect_failures(
      {
          {"[]", ":clogs/not-a-map []"},
          {"{\"where\":", ":clogs/unreadable []"},
          {R"({"a": 1, "a": 2})", ":clogs/unreadable []"},
          {R"({"group_by": ["a"]})", ":clogs/unknown-key [:group_by]"},
          {R"({"where": ["equals", "a", 1]})", ":clogs/unknown-operator [:where 0]"},
          {R"({"where": [["=", "a", 1]]})", ":clogs/unknown-operator [:where 0]"},
          {R"({"where": ["=", "a", {"$x": 1}]})", ":clogs/unknown-key [:where 2 :$x]"},
          {R"({"where": ["=", "a", {"$kw": 1}]})", ":clogs/wrong-type [:where 2 :$kw]"},
          {R"({"where": ["=", "a", {"$kw": ""}]})", ":clogs/bad-value [:where 2 :$kw]"},
          {R"({"where": ["=", "a", {"$set": 1}]})", ":clogs/wrong-type [:where 2 :$set]"},
          {R"({"where": ["=", "a", {"$inst": "x"}]})", ":clogs/bad-time [:where 2 :$inst]"},
          {R"({"where": ["=", "a", {"$uuid": "x"}]})", ":clogs/bad-value [:where 2 :$uuid]"},
          {R"({"where": ["=", "a", {"$edn": "(1"}]})", ":clogs/unreadable [:where 2 :$edn]"},
          {R"({"where": ["=", "a", {"$param": "x"}]})", ":clogs/unbound-param [:where 2]"},
          {R"({"where": ["=", "a", ["lower", "b"]]})", ":clogs/not-implemented [:where 2 0]"},
          {R"({"where": ["in", "a", {"where": {}}]})", ":clogs/not-implemented [:where 2]"},
          {R"({"time": ["lats", "15m"]})", ":clogs/bad-time [:time 0]"},
          {R"({"where": {"a": {"b": 1}}})", ":clogs/wrong-type [:where :a]"},
      },
      Syntax::json);
}

}  // namespace
}  // namespace clogs::query::testing
