// The queries that the documentation of the language shows, as far as they are built, and what the
// rest gets.
#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

class ExampleTest : public QueryTest {
 protected:
  ExampleTest() {
    add(R"({:timestamp "2026-11-23T12:55:00Z" :level "error" :service "auth" :http.status 503 :message "connection reset by peer" :duration-ms 120 :user-id 1}
{:timestamp "2026-11-23T12:55:30Z" :level :fatal :service "auth" :http {:status 500} :user "u" :message "upstream timeout, giving up" :duration-ms 80.5 :user-id 2}
{:timestamp "2026-11-23T12:56:00Z" :level "info" :service "db" :message "user_id=42 logged in" :client.ip "10.1.2.3" :duration-ms 3 :user-id 1}
{:timestamp "2026-11-23T12:57:00Z" :level "info" :service "probe" :k8s.pod "checkout-7f" :items [{:sku "A-17"}]})");
  }
  void expect_rows(std::string_view text, size_t count) {
    const Collected found = run(text);
    EXPECT_TRUE(found.status.ok()) << found.status.message();
    EXPECT_EQ(found.rows.size(), count) << text;
  }
};

TEST_F(ExampleTest, TheShape) {
  expect_rows(R"({:v 1
 :from :logs
 :time [:last 15 :minutes]
 :where [:and [:= :level "error"]
              [:>= :http.status 500]
              [:not [:= :service "probe"]]]
 :select [:timestamp :service :message :http.status]
 :order-by [[:timestamp :desc]]
 :limit 100})",
              1);
}

TEST_F(ExampleTest, Shorthand) {
  expect_rows(
      R"({:time "15m" :where {:level #{"error" "fatal"} :http.status [:>= 500] :user nil}})", 1);
}

TEST_F(ExampleTest, TheFirstDialect) {
  expect_rows(R"({:find [:timestamp :message]
 :where {:and [{:field :level :operator :eq :value "error"}
               {:field :service :operator :ne :value "db"}]}})",
              1);
}

TEST_F(ExampleTest, TextRegexWildcardNetworkAndPath) {
  expect_rows(
      R"q({:time {:from #inst "2026-11-23T00:00:00Z" :to #inst "2026-11-23T16:00:00.123456789Z"}
 :where [:or [:phrase :message "connection reset by peer"]
             [:text "timeout upstream" {:op :and}]
             [:matches :message "user[_-]?id=(\\d+)"]
             [:wildcard :k8s.pod "checkout-*"]
             [:cidr :client.ip "10.0.0.0/8"]
             [:= [:items :* :sku] "A-17"]]
 :limit 50})q",
      4);
}

TEST_F(ExampleTest, GroupsWithPercentilesAndARatio) {
  const Collected found = run(R"({:time [:last 6 :hours]
 :group-by [[:bucket :timestamp "1m" {:fill :zero}] :service]
 :aggregations [[:n [:count]]
                [:errors [:count {:where [:= :level "error"]}]]
                [:users [:count-distinct :user-id]]
                [:lat [:percentiles :duration-ms [50 95 99]]]
                [:error-rate [:ratio [:= :level "error"]]]]
 :having [:> :n 1]
 :order-by [[:error-rate :desc]]
 :limit 500})");
  ASSERT_TRUE(found.status.ok()) << found.status.message();
  EXPECT_EQ(found.header.columns,
            (std::vector<std::string>{"timestamp", "service", "n", "errors", "users", "lat/p50",
                                      "lat/p95", "lat/p99", "error-rate"}));
  EXPECT_EQ(found.text(),
            "[{:timestamp #inst \"2026-11-23T12:55:00Z\" :service \"auth\" :n 2 :errors 1 :users 2 "
            ":lat/p50 100.25 :lat/p95 118.025 :lat/p99 119.605 :error-rate 0.5}]");
}

TEST_F(ExampleTest, Reproducible) {
  const char* text =
      R"({:as-of #inst "2026-11-23T12:00:00Z" :time {:from "2026-11-22T00:00:00Z" :to "2026-11-24T00:00:00Z"}
 :where [:= :level "error"] :aggregations {:n [:count]} :options {:digest true}})";
  const Collected before = run(text);
  EXPECT_EQ(before.text(), "[{:n 1}]");
  add("{:level \"error\"}");
  const Collected after = run(text);
  EXPECT_EQ(after.text(), "[{:n 1}]");
  EXPECT_EQ(after.trailer.digest, before.trailer.digest);
}

TEST_F(ExampleTest, ParametersAreBound) {
  const Collected found =
      run("{:params {?svc \"db\"} :where [:= :service ?svc] :select [:service]}", Syntax::edn,
          {{"svc", edn::Value::string("auth")}});
  EXPECT_EQ(found.text(), "[{:service \"auth\"} {:service \"auth\"}]");
}

TEST_F(ExampleTest, LaterStepsAreRefusedNotIgnored) {
  for (const char* text :
       {R"({:pipe [[:parse :message :combined]]})", R"({:compute {:a [:+ :b 1]}})",
        R"({:where [:in :trace-id {:where {:level "error"} :select [:trace-id]}]})",
        R"({:pipe [[:patterns :message {:max 50}]]})"}) {
    const auto prepared = engine.prepare(text, Syntax::edn);
    ASSERT_FALSE(prepared.ok()) << text;
    EXPECT_EQ(prepared.status().code(), Code::unimplemented) << text;
  }
}

TEST_F(ExampleTest, ExplainShowsFormHashAndDiagnostics) {
  const Explanation fine = engine.explain("{:where {:a 1}}", Syntax::edn);
  EXPECT_EQ(fine.canonical, "{:where [:= :a 1]}");
  EXPECT_TRUE(fine.hash.starts_with("sha256:"));
  EXPECT_TRUE(fine.diagnostics.empty());
  const Explanation bad = engine.explain("{:where [:equals :a 1]}", Syntax::edn);
  ASSERT_FALSE(bad.diagnostics.empty());
  EXPECT_TRUE(bad.diagnostics[0].is_error);
}

}  // namespace
}  // namespace clogs::query::testing
