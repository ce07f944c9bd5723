#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

class FilterTest : public QueryTest {};

TEST_F(FilterTest, EqualityIsByValueOfNumbersWhateverTheirType) {
  add(R"({:n 1 :v 200}
{:n 2 :v 200.0}
{:n 3 :v 200M}
{:n 4 :v 400/2}
{:n 5 :v 2e2}
{:n 6 :v 200N}
{:n 7 :v 200.5}
{:n 8 :v nil}
{:n 9 :other 1}
{:n 10 :v true}
{:n 11 :v [200]}
{:n 12 :v ##NaN})");
  EXPECT_EQ(matching("[:= :v 200]"), "1 2 3 4 5 6");
  EXPECT_EQ(matching("[:= :v 200.0]"), "1 2 3 4 5 6");
  EXPECT_EQ(matching("[:= :v 200.5M]"), "7");
  EXPECT_EQ(matching("[:!= :v 200]"), "7 8 9 10 11 12");
  EXPECT_EQ(matching("[:= :v [200.0]]"), "11");
  EXPECT_EQ(matching("[:in :v #{200 true}]"), "1 2 3 4 5 6 10");
  EXPECT_EQ(matching("[:not-in :v #{200 true}]"), "7 8 9 11 12");
  EXPECT_EQ(matching("[:not [:= :v 200]]"), "7 8 9 10 11 12");
}

TEST_F(FilterTest, NumbersBeyondDoublesStayExact) {
  add(R"({:n 1 :v 9007199254740993}
{:n 2 :v 9007199254740992}
{:n 3 :v 9007199254740993.0}
{:n 4 :v 123456789012345678901234567890}
{:n 5 :v 0.1}
{:n 6 :v 0.1M}
{:n 7 :v 1/3}
{:n 8 :v 1e400})");
  EXPECT_EQ(matching("[:= :v 9007199254740993]"), "1 3");
  EXPECT_EQ(matching("[:> :v 123456789012345678901234567889]"), "4 8");
  EXPECT_EQ(matching("[:= :v 0.1]"), "5 6");
  EXPECT_EQ(matching("[:between :v 0.3 0.34]"), "7");
  EXPECT_EQ(matching("[:= :v 2/6]"), "7");
  EXPECT_EQ(matching("[:> :v 1e300]"), "8");
}

TEST_F(FilterTest, NumberLiteralMeetsNumericTextInEqualityOnly) {
  add(R"({:n 1 :v "200"}
{:n 2 :v "200.0"}
{:n 3 :v 200}
{:n 4 :v "abc"}
{:n 5 :v " 200"})");
  EXPECT_EQ(matching("[:= :v 200]"), "1 2 3");
  EXPECT_EQ(matching("[:in :v #{200 7}]"), "1 2 3");
  EXPECT_EQ(matching("[:!= :v 200]"), "4 5");
  EXPECT_EQ(matching("[:>= :v 200]"), "3");
  EXPECT_EQ(matching("[:= :v \"200\"]"), "1");
  EXPECT_EQ(rows("{:where [:= :v 200] :select [:n] :options {:strict-types true}}"), "[{:n 3}]");
}

TEST_F(FilterTest, KeywordAndTextAreEqualByName) {
  add(R"({:n 1 :v "error"}
{:n 2 :v :error}
{:n 3 :v "Error"}
{:n 4 :v a/b}
{:n 5 :v :a/b})");
  EXPECT_EQ(matching("[:= :v :error]"), "1 2");
  EXPECT_EQ(matching("[:= :v \"error\"]"), "1 2");
  EXPECT_EQ(matching("[:= :v \"a/b\"]"), "5");
  EXPECT_EQ(matching("[:in :v #{\"error\" :a/b}]"), "1 2 5");
}

TEST_F(FilterTest, LevelIsEqualAndOrderedBySeverity) {
  add(R"({:n 1 :level "error"}
{:n 2 :level :ERR}
{:n 3 :level "warning"}
{:n 4 :level "critical"}
{:n 5 :level "audit"}
{:n 6 :level 17}
{:n 7 :message "none"}
{:n 8 :level "Notice"})");
  EXPECT_EQ(matching("[:= :level \"error\"]"), "1 2 6");
  EXPECT_EQ(matching("[:!= :level \"error\"]"), "3 4 5 7 8");
  EXPECT_EQ(matching("[:>= :level \"warn\"]"), "1 2 3 4 6");
  EXPECT_EQ(matching("[:< :level :warn]"), "8");
  EXPECT_EQ(matching("[:= :level \"audit\"]"), "5");
  EXPECT_EQ(matching("[:in :level #{\"fatal\" \"info\"}]"), "4 8");
  EXPECT_EQ(matching("[:between :level \"info\" \"warn\"]"), "3 8");
}

TEST_F(FilterTest, OrderingAnotherTypeIsFalseNeverAnError) {
  add(R"({:n 1 :v "b"}
{:n 2 :v 5}
{:n 3 :v :c}
{:n 4 :v nil}
{:n 5 :v #inst "2026-11-23T00:00:00Z"}
{:n 6 :v "2026-11-23T02:00:00+01:00"}
{:n 7 :v [1 2]})");
  EXPECT_EQ(matching("[:> :v \"a\"]"), "1 3");
  EXPECT_EQ(matching("[:> :v 4]"), "2");
  EXPECT_EQ(matching("[:<= :v 4]"), "");
  EXPECT_EQ(matching("[:>= :v #inst \"2026-11-23T00:30:00Z\"]"), "6");
  EXPECT_EQ(matching("[:= :v #inst \"2026-11-23T01:00:00Z\"]"), "6");
  EXPECT_EQ(matching("[:< :v [3]]"), "");
}

TEST_F(FilterTest, MissingIsFalseForPositiveOperatorsOnly) {
  add(R"({:n 1}
{:n 2 :v nil}
{:n 3 :v ""}
{:n 4 :v []}
{:n 5 :v "x"})");
  EXPECT_EQ(matching("[:exists :v]"), "3 4 5");
  EXPECT_EQ(matching("[:missing :v]"), "1 2");
  EXPECT_EQ(matching("[:= :v nil]"), "1 2");
  EXPECT_EQ(matching("[:!= :v nil]"), "3 4 5");
  EXPECT_EQ(matching("[:empty :v]"), "1 2 3 4");
  EXPECT_EQ(matching("[:not [:contains :v \"x\"]]"), "1 2 3 4");
  EXPECT_EQ(matching("[:in :v #{nil \"x\"}]"), "1 2 5");
  EXPECT_EQ(matching("[:not-in :v #{nil \"x\"}]"), "3 4");
  EXPECT_EQ(matching("[:len :v := 0]"), "3 4");
  EXPECT_EQ(matching("[:between :v \"a\" \"z\"]"), "5");
}

TEST_F(FilterTest, LogicIsTwoValued) {
  add("{:n 1 :a 1 :b 1}\n{:n 2 :a 1}\n{:n 3 :b 1}\n{:n 4}");
  EXPECT_EQ(matching("[:and [:= :a 1] [:= :b 1]]"), "1");
  EXPECT_EQ(matching("[:or [:= :a 1] [:= :b 1]]"), "1 2 3");
  EXPECT_EQ(matching("[:at-least 1 [:= :a 1] [:= :b 1]]"), "1 2 3");
  EXPECT_EQ(matching("[:at-least 2 [:= :a 1] [:= :b 1] [:= :n 3]]"), "1 3");
  EXPECT_EQ(matching("[:not [:or [:= :a 1] [:= :b 1]]]"), "4");
  EXPECT_EQ(matching(":true"), "1 2 3 4");
  EXPECT_EQ(matching(":false"), "");
}

TEST_F(FilterTest, FieldsTryTheFlatKeyThenTheLongestFlatPrefix) {
  add(R"({:n 1 :http.status 500}
{:n 2 :http {:status 500}}
{:n 3 :http.status 200 :http {:status 500}}
{:n 4 :a.b {:c 1} :a {:b {:c 2}}}
{:n 5 :a {:b.c 1}}
{:n 6 "a b" 1}
{:n 7 :items [{:sku "A-17"} {:sku "B"}]}
{:n 8 :traceId "t1"}
{:n 9 :trace_id "t1" :span_id "s"})");
  EXPECT_EQ(matching("[:= :http.status 500]"), "1 2");
  EXPECT_EQ(matching("[:= [:http :status] 500]"), "2 3");
  EXPECT_EQ(matching("[:= :a.b.c 1]"), "4 5");
  EXPECT_EQ(matching("[:= \"a b\" 1]"), "6");
  EXPECT_EQ(matching("[:= [:items :* :sku] \"B\"]"), "7");
  EXPECT_EQ(matching("[:= [:items 0 :sku] \"B\"]"), "");
  EXPECT_EQ(matching("[:= [:items 1 :sku] \"B\"]"), "7");
  EXPECT_EQ(matching("[:= :trace-id \"t1\"]"), "8 9");
  EXPECT_EQ(matching("[:= :spanId \"s\"]"), "9");
}

TEST_F(FilterTest, FieldsAreComparedWithFields) {
  add("{:n 1 :a 1 :b 1.0}\n{:n 2 :a 1 :b 2}\n{:n 3 :a 1}\n{:n 4 :a \"1\" :b 1}");
  EXPECT_EQ(matching("[:= :a [:field :b]]"), "1");
  EXPECT_EQ(matching("[:< :a [:field :b]]"), "2");
}

TEST_F(FilterTest, TypesAreThoseThatWereSent) {
  add(R"({:n 1 :v 1}
{:n 2 :v 1.5}
{:n 3 :v "x"}
{:n 4 :v :k}
{:n 5 :v #{1}}
{:n 6 :v nil}
{:n 7 :v #uuid "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"})");
  EXPECT_EQ(matching("[:type :v :integer]"), "1");
  EXPECT_EQ(matching("[:type :v :number]"), "1 2");
  EXPECT_EQ(matching("[:type :v :string]"), "3");
  EXPECT_EQ(matching("[:type :v :keyword]"), "4");
  EXPECT_EQ(matching("[:type :v :set]"), "5");
  EXPECT_EQ(matching("[:= :v #uuid \"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6\"]"), "7");
}

TEST_F(FilterTest, ContainsIsBytesOfTextOrAnElement) {
  add(R"({:n 1 :v "connection reset"}
{:n 2 :v ["reset" "x"]}
{:n 3 :v #{:reset}}
{:n 4 :v "RESET Äpfel"}
{:n 5 :v [200 1]}
{:n 6 :v 200})");
  EXPECT_EQ(matching("[:contains :v \"reset\"]"), "1 2 3");
  EXPECT_EQ(matching("[:contains :v \"reset\" {:case :insensitive}]"), "1 2 3 4");
  EXPECT_EQ(matching("[:contains :v \"äPFEL\" {:case :insensitive}]"), "4");
  EXPECT_EQ(matching("[:contains :v 200.0]"), "5");
  EXPECT_EQ(matching("[:starts-with :v \"conn\"]"), "1");
  EXPECT_EQ(matching("[:ends-with :v \"ÄPFEL\" {:case :insensitive}]"), "4");
  EXPECT_EQ(matching("[:suffix :v \"reset\"]"), "1");
}

TEST_F(FilterTest, WildcardsFitTheWholeValue) {
  add(R"({:n 1 :v "checkout-7f"}
{:n 2 :v "xcheckout-7f"}
{:n 3 :v "a*b"}
{:n 4 :v "aéb"}
{:n 5 :v "aXXb"}
{:n 6 :v ""})");
  EXPECT_EQ(matching("[:wildcard :v \"checkout-*\"]"), "1");
  EXPECT_EQ(matching("[:wildcard :v \"*checkout-??\"]"), "1 2");
  EXPECT_EQ(matching("[:wildcard :v \"a\\\\*b\"]"), "3");
  EXPECT_EQ(matching("[:wildcard :v \"a?b\"]"), "3 4");
  EXPECT_EQ(matching("[:wildcard :v \"a*b\"]"), "3 4 5");
  EXPECT_EQ(matching("[:wildcard :v \"A*B\" {:case :insensitive}]"), "3 4 5");
  EXPECT_EQ(matching("[:wildcard :v \"*\"]"), "1 2 3 4 5 6");
}

TEST_F(FilterTest, RegularExpressionsAreFoundAnywhere) {
  add("{:n 1 :v \"user_id=42\"}\n{:n 2 :v \"USER-ID=x\"}\n{:n 3 :v 42}\n{:n 4 :v :user_id=7}");
  EXPECT_EQ(matching("[:matches :v \"user[_-]?id=(\\\\d+)\"]"), "1 4");
  EXPECT_EQ(matching("[:matches :v \"user[_-]?id\" {:case :insensitive}]"), "1 2 4");
  EXPECT_EQ(matching("[:matches :v \"^id\"]"), "");
}

TEST_F(FilterTest, WordsAreRunsOfLettersDigitsAndUnderscore) {
  add(R"({:n 1 :message "connection reset by peer"}
{:n 2 :message "Connection: RESET, by peer!"}
{:n 3 :message "connection_reset by peer"}
{:n 4 :message "reset of the connection by a peer"}
{:n 5 :message "Straße gesperrt"}
{:n 6 :other "connection reset by peer"})");
  EXPECT_EQ(matching("[:text \"connection reset\"]"), "1 2 4");
  EXPECT_EQ(matching("[:text \"reset gesperrt\" {:op :or}]"), "1 2 4 5");
  EXPECT_EQ(matching("[:phrase :message \"connection reset by peer\"]"), "1 2");
  EXPECT_EQ(matching("[:phrase \"reset connection\"]"), "");
  EXPECT_EQ(matching("[:text :message \"connection by\" {:op :phrase :slop 1}]"), "1 2 4");
  EXPECT_EQ(matching("[:text :message \"connection peer\" {:op :phrase :slop 1}]"), "");
  EXPECT_EQ(matching("[:text :message \"conn pe\" {:op :prefix}]"), "1 2 3 4");
  EXPECT_EQ(matching("[:text :message \"Connection\" {:case true}]"), "2");
  EXPECT_EQ(matching("[:text \"STRASSE\"]"), "");
  EXPECT_EQ(matching("[:text \"STRAßE\"]"), "5");
  EXPECT_EQ(matching("[:seq :message \"connection\" \"by\" \"peer\"]"), "1 2 4");
  EXPECT_EQ(matching("[:seq :message \"peer\" \"connection\"]"), "");
  EXPECT_EQ(matching("[:text [:message :other] \"peer\"]"), "1 2 3 4 6");
}

TEST_F(FilterTest, AddressesAreMatchedByNetwork) {
  add(R"({:n 1 :ip "10.1.2.3"}
{:n 2 :ip "11.1.2.3"}
{:n 3 :ip "::ffff:10.9.9.9"}
{:n 4 :ip "2001:db8::1"}
{:n 5 :ip "not an address"}
{:n 6 :ip 10})");
  EXPECT_EQ(matching("[:cidr :ip \"10.0.0.0/8\"]"), "1 3");
  EXPECT_EQ(matching("[:cidr :ip \"11.1.2.3\" \"2001:db8::/32\"]"), "2 4");
}

TEST_F(FilterTest, TimeOfDayAndDayOfWeekGoByTheZone) {
  add(R"({:n 1 :timestamp "2026-11-23T07:30:00Z"}
{:n 2 :timestamp "2026-11-23T23:30:00Z"}
{:n 3 :timestamp "2026-11-22T12:00:00Z"})");
  EXPECT_EQ(matching("[:time-of-day \"07:00\" \"08:00\"]"), "1");
  EXPECT_EQ(matching("[:time-of-day \"22:00\" \"08:00\"]"), "1 2");
  EXPECT_EQ(matching("[:day-of-week #{:mon}]"), "1 2");
  EXPECT_EQ(matching("[:day-of-week #{:sun}]"), "3");
  EXPECT_EQ(rows("{:tz \"Asia/Tokyo\" :where [:day-of-week #{:tue}] :select [:n]}"), "[{:n 2}]");
  EXPECT_EQ(rows("{:tz \"Europe/Berlin\" :where [:time-of-day \"08:00\" \"09:00\"] :select [:n]}"),
            "[{:n 1}]");
}

TEST_F(FilterTest, TimestampIsEffectiveForFilters) {
  add("{:n 1 :timestamp \"2026-11-23T01:00:00.5+01:00\"}\n{:n 2}\n{:n 3 :timestamp 1795392000}");
  EXPECT_EQ(matching("[:= :timestamp #inst \"2026-11-23T00:00:00.5Z\"]"), "1");
  EXPECT_EQ(matching("[:= :timestamp \"2026-11-23T00:00:00.500Z\"]"), "1");
  EXPECT_EQ(matching("[:= :timestamp #inst \"2026-11-23T12:00:00Z\"]"), "2");
  EXPECT_EQ(matching("[:exists :timestamp]"), "1 2 3");
  EXPECT_EQ(matching("[:type :timestamp :string]"), "1");
  EXPECT_EQ(rows("{:time [:last 2 :hours] :select [:n]}"), "[{:n 2}]");
}

TEST_F(FilterTest, ShorthandAndTheFirstDialectGiveTheSame) {
  add(R"({:n 1 :level "error" :http {:status 503}}
{:n 2 :level "error" :user "x" :http {:status 503}}
{:n 3 :level "info" :http.status 503})");
  EXPECT_EQ(matching("{:level #{\"error\" \"fatal\"} :http.status [:>= 500] :user nil}"), "1");
  EXPECT_EQ(rows("{:find [:n] :where {:and [{:field :level :operator :eq :value \"error\"} "
                 "{:field :n :operator :ne :value 1}]}}"),
            "[{:n 2}]");
  EXPECT_EQ(rows("{\"where\":[\"=\",\"level\",\"error\"],\"select\":[\"n\"],"
                 "\"order-by\":[[\"n\",\"asc\"]]}",
                 Syntax::json),
            "[{:n 1} {:n 2}]");
}

}  // namespace
}  // namespace clogs::query::testing
