// Whole errors as users see them, limits, and the examples of the documentation.
#include "server/query/language/parse.h"

#include "server/query/language/limits.h"
#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(Parse, ErrorsSayWhatWhereAndWhatWasMeant) {
  Status status = read("{:limit 10\n\n :where\n [:and [:equals :level \"error\"]]}").status();
  EXPECT_EQ(status.code(), Code::invalid_argument);
  EXPECT_EQ(status.message(),
            "Invalid query: unknown operator :equals at [:where 1 0]; did you mean := or :in?");
  EXPECT_EQ(status.details(),
            "{:code :clogs/unknown-operator :path [:where 1 0] :got :equals :did-you-mean [:= :in] "
            ":line 4 :column 9}");
}

TEST(Parse, ErrorsSayWhatWasExpected) {
  Status status = read("{:limit \"5\"}").status();
  EXPECT_EQ(status.message(), "Invalid query: expected an integer, got a string \"5\" at [:limit]");
  EXPECT_EQ(status.details(),
            "{:code :clogs/wrong-type :path [:limit] :got \"5\" :expected \"an integer\" :line 1 "
            ":column 9}");
}

// Found by fuzzing: what was offered in its place was no keyword, so the details did not read back.
TEST(Parse, ASymbolThatIsNoNameIsRefusedWithDetailsThatReadBack) {
  Status status = read("{:limit /}").status();
  EXPECT_EQ(status.message(),
            "Invalid query: / is a symbol, and only parameters (?name) may be symbols at [:limit]");
  EXPECT_TRUE(edn::read_value(status.details()).ok()) << status.details();
  EXPECT_NE(read("{:limit ten}").status().message().find("did you mean :ten?"), std::string::npos);
}

TEST(Parse, NotBuiltIsUnimplemented) {
  Status status = read("{:compute {:a [:+ 1 2]}}").status();
  EXPECT_EQ(status.code(), Code::unimplemented);
  EXPECT_EQ(status.message(), "Invalid query: :compute is not implemented yet at [:compute]");
}

TEST(Parse, UnreadableTextKeepsThePositionOfTheReader) {
  for (std::string_view text : {"{:where [:= :a 1}", "", "{} {}", "{:a"}) {
    Status status = read(text).status();
    EXPECT_EQ(status.code(), Code::invalid_argument) << text;
    Result<edn::Value> details = edn::read_value(status.details());
    ASSERT_TRUE(details.ok()) << status.details();
    EXPECT_TRUE(details->find("code")->is_keyword("clogs/unreadable")) << text;
    EXPECT_NE(details->find("line"), nullptr) << text;
  }
}

TEST(Parse, Limits) {
  std::string deep = ":true";
  for (size_t i = 0; i < max_query_depth; ++i) deep = "[:not " + deep + "]";
  EXPECT_TRUE(failure_of("{:where " + deep + "}").starts_with(":clogs/too-deep"));
  std::string wide = "[:in :a [";
  for (size_t i = 0; i <= max_query_elements; ++i) wide += "1 ";
  EXPECT_EQ(failure_of("{:where " + wide + "]]}"), ":clogs/too-large [:where 2]");
  EXPECT_EQ(failure_of("{:doc \"" + std::string(max_query_bytes, 'x') + "\"}"),
            ":clogs/too-large []");
  std::string many;
  for (size_t i = 0; i <= max_columns; ++i) many += " :f" + std::to_string(i);
  for (std::string_view key : {"select", "group-by", "order-by"}) {
    EXPECT_TRUE(failure_of(under(key, "[" + many + "]")).starts_with(":clogs/too-large")) << key;
  }
  std::string patterns;
  for (size_t i = 0; i <= max_patterns; ++i) patterns += " [:matches :a \"x\"]";
  EXPECT_TRUE(failure_of("{:where [:or" + patterns + "]}").starts_with(":clogs/too-large"));
  std::string very_deep(100'000, '[');
  EXPECT_EQ(failure_of(very_deep), ":clogs/unreadable []");
  EXPECT_EQ(failure_of(very_deep, Syntax::json), ":clogs/unreadable []");
}

TEST(Parse, HugeWrongQueriesEndSoon) {
  std::string keys;
  std::string having;
  std::string elements;
  for (size_t i = 0; i < max_query_elements / 2; ++i) {
    keys += " :k" + std::to_string(i) + " 1";
    having += " [:= :c" + std::to_string(i) + " 1]";
    elements += (i > 0 ? "," : "") + std::to_string(i);
  }
  EXPECT_FALSE(read("{" + keys + "}").ok());
  EXPECT_FALSE(read("{:group-by [:a] :having [:or" + having + "]}").ok());
  EXPECT_TRUE(read(R"({"where": ["in", "a", {"$set": [)" + elements + "]}]}", Syntax::json).ok());
}

TEST(Parse, ManyProblemsAreCut) {
  std::string text = "{:where [:and";
  for (size_t i = 0; i < 2 * max_problems; ++i) text += " [:oops]";
  Parsed parsed = parse_with_diagnostics(text + "]}", Syntax::edn, {}, now);
  EXPECT_EQ(parsed.diagnostics.size(), max_problems);
}

TEST(Parse, ExamplesThatAreBuilt) {
  expect_queries({
      {R"q({:v 1 :from :logs :time [:last 15 :minutes]
           :where [:and [:= :level "error"] [:>= :http.status 500] [:not [:= :service "probe"]]]
           :select [:timestamp :service :message :http.status]
           :order-by [[:timestamp :desc]] :limit 100})q",
       R"q({:from :logs :select [:timestamp :service :message :http.status] )q"
       R"q(:time [:last 900000000000 :nanoseconds] :where [:and [:= :level "error"] )q"
       R"q([:>= :http.status 500] [:not [:= :service "probe"]]]})q"},
      {R"q({:time "15m" :where {:level #{"error" "fatal"} :http.status [:>= 500] :user nil}})q",
       R"q({:time [:last 900000000000 :nanoseconds] :where [:and [:>= :http.status 500] )q"
       R"q([:in :level #{"error" "fatal"}] [:missing :user]]})q"},
      {R"q({:find [:timestamp :message]
           :where {:and [{:field :level :operator :eq :value "error"}
                         {:field :service :operator :ne :value "db"}]}})q",
       R"q({:select [:timestamp :message] :where [:and [:= :level "error"] [:!= :service "db"]]})q"},
      {R"q({:time {:from #inst "2026-11-23T00:00:00Z" :to #inst "2026-11-23T06:00:00.123456789Z"}
           :where [:or [:phrase :message "connection reset by peer"]
                       [:text "timeout upstream" {:op :and}]
                       [:matches :message "user[_-]?id=(\\d+)"]
                       [:wildcard :k8s.pod "checkout-*"]
                       [:cidr :client.ip "10.0.0.0/8"]
                       [:= [:items :* :sku] "A-17"]]
           :limit 50})q",
       R"q({:limit 50 :time {:from #inst "2026-11-23T00:00:00Z" :to #inst )q"
       R"q("2026-11-23T06:00:00.123456789Z"} :where [:or [:phrase :message "connection reset by )q"
       R"q(peer"] [:text :message "timeout upstream"] [:matches :message "user[_-]?id=(\\d+)"] )q"
       R"q([:wildcard :k8s.pod "checkout-*"] [:cidr :client.ip "10.0.0.0/8"] )q"
       R"q([:= [:items :* :sku] "A-17"]]})q"},
      {R"q({:time [:last 6 :hours]
           :group-by [[:bucket :timestamp "1m" {:fill :zero}] :service]
           :aggregations [[:n [:count]]
                          [:errors [:count {:where [:= :level "error"]}]]
                          [:users [:count-distinct :user-id]]
                          [:lat [:percentiles :duration-ms [50 95 99]]]
                          [:error-rate [:ratio [:= :level "error"]]]]
           :having [:> :n 10] :order-by [[:error-rate :desc]] :limit 500})q",
       R"q({:aggregations [[:n [:count]] [:errors [:count {:where [:= :level "error"]}]] )q"
       R"q([:users [:count-distinct :user-id]] [:lat [:percentiles :duration-ms [50 95 99]]] )q"
       R"q([:error-rate [:ratio [:= :level "error"]]]] :group-by [[:bucket :timestamp )q"
       R"q([60000000000 :nanoseconds] {:fill :zero}] :service] :having [:> :n 10] :limit 500 )q"
       R"q(:order-by [[:error-rate :desc]] :time [:last 21600000000000 :nanoseconds]})q"},
      {R"q({:as-of #inst "2026-11-23T09:00:00Z"
           :time {:from "2026-11-22T00:00:00Z" :to "2026-11-23T00:00:00Z"}
           :where [:= :level "error"] :aggregations {:n [:count]}})q",
       R"q({:aggregations [[:n [:count]]] :as-of #inst "2026-11-23T09:00:00Z" :time )q"
       R"q({:from #inst "2026-11-22T00:00:00Z" :to #inst "2026-11-23T00:00:00Z"} )q"
       R"q(:where [:= :level "error"]})q"},
      {R"q({:time [:last 5 :minutes] :where {:service "checkout"} :group-by [:region]
           :aggregations {:n [:count] :error-rate [:ratio [:= :level "error"]]}})q",
       R"q({:aggregations [[:error-rate [:ratio [:= :level "error"]]] [:n [:count]]] )q"
       R"q(:group-by [:region] :time [:last 300000000000 :nanoseconds] )q"
       R"q(:where [:= :service "checkout"]})q"},
      {R"q({:params {?svc "auth" ?since [:ago 2 :hours]} :time [:since ?since]
           :where [:= :service ?svc]})q",
       R"q({:time {:from [:ago 7200000000000 :nanoseconds]} :where [:= :service "auth"]})q"},
  });
}

TEST(Parse, ExamplesThatAreNotBuilt) {
  expect_failures({
      {R"q({:time [:last 1 :days] :where [:= :service "nginx"]
           :pipe [[:parse :message :combined] [:extract :request "<method> <path> <_>"]
                  [:compute {:route [:replace-re :path "/[0-9]+" "/:id"]
                             :slow? [:> :request-time 0.5]}]
                  [:aggregate {:by [:route] :of {:n [:count]}}] [:sort [:n :desc]] [:limit 20]]})q",
       ":clogs/not-implemented [:pipe 0]"},
      {R"q({:time "1h" :where [:in :trace-id {:time "1h" :where {:service "checkout"}
                                             :select [:trace-id]}]
           :order-by [:timestamp]})q",
       ":clogs/not-implemented [:where 2]"},
      {R"q({:pipe [[:context {:before 3 :after 3 :by [:host :service]}]]})q",
       ":clogs/not-implemented [:pipe 0]"},
      {R"q({:pipe [[:join {:query {:from :deploys} :on [[:version :version]] :kind :left}]]})q",
       ":clogs/not-implemented [:pipe 0]"},
      {R"q({:time "30m" :where [:> :duration-ms 2000]
           :pipe [[:diff {:against [:<= :duration-ms 2000]}]]})q",
       ":clogs/not-implemented [:pipe 0]"},
      {R"q({:time "30m" :where [:>= :level "warn"] :pipe [[:patterns :message {:max 50}]]})q",
       ":clogs/not-implemented [:pipe 0]"},
      {R"q({:options {:explain :analyze}})q", ":clogs/not-implemented [:options :explain]"},
  });
}

}  // namespace
}  // namespace clogs::query::testing
