#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

class AggregateTest : public QueryTest {
 protected:
  // The value of one aggregate over all records.
  std::string value(const std::string& aggregate, const std::string& rest = "") {
    const std::string row = rows("{:aggregations {:v " + aggregate + "} " + rest + "}");
    return row.starts_with("[{:v ") ? row.substr(5, row.size() - 7) : row;
  }
};

TEST_F(AggregateTest, CountsOfRecordsAndFields) {
  add("{:v 1}\n{:v nil}\n{:w 1}\n{:v \"x\" :w 2}");
  EXPECT_EQ(value("[:count]"), "4");
  EXPECT_EQ(value(":*"), "4");
  EXPECT_EQ(value("[:count :v]"), "2");
  EXPECT_EQ(value("[:count {:where [:exists :w]}]"), "2");
  EXPECT_EQ(value("[:ratio [:exists :v]]"), "0.5");
  EXPECT_EQ(value("[:ratio [:exists :v] [:exists :w]]"), "1.0");
  EXPECT_EQ(value("[:ratio [:exists :v] :false]"), "nil");
  EXPECT_EQ(value("[:bytes]"), "33");
}

TEST_F(AggregateTest, SumsKeepTypesAndSkipWhatIsNoNumber) {
  add("{:i 1 :f 0.1 :d 1.50M :m 1}\n{:i 2 :f 0.2 :d 2M :m 0.5}\n{:i \"3\" :f nil :m \"x\"}");
  EXPECT_EQ(value("[:sum :i]"), "3");
  EXPECT_EQ(value("[:sum :f]"), "0.3");
  EXPECT_EQ(value("[:sum :d]"), "3.5M");
  EXPECT_EQ(value("[:sum :m]"), "1.5");
  EXPECT_EQ(value("[:avg :i]"), "1.5");
  EXPECT_EQ(value("[:avg :f]"), "0.15");
  EXPECT_EQ(value("[:sum :nothing]"), "0");
  EXPECT_EQ(value("[:avg :nothing]"), "nil");
  EXPECT_EQ(value("[:sum 5]"), "15");
}

TEST_F(AggregateTest, SumsPass64BitsExactly) {
  add("{:v 9223372036854775807}\n{:v 9223372036854775807}\n{:v -1}");
  EXPECT_EQ(value("[:sum :v]"), "18446744073709551613");
}

TEST_F(AggregateTest, ExtremesAreOfNumbersOrInstants) {
  add(R"({:v 10 :w "z" :timestamp "2026-11-23T10:00:00Z"}
{:v 2.5 :w "a" :timestamp "2026-11-23T11:00:00Z"}
{:v "99" :w nil :timestamp "2026-11-23T09:00:00Z"})");
  EXPECT_EQ(value("[:min :v]"), "2.5");
  EXPECT_EQ(value("[:max :v]"), "10");
  EXPECT_EQ(value("[:max :w]"), "nil");
  EXPECT_EQ(value("[:min :timestamp]"), "#inst \"2026-11-23T09:00:00Z\"");
  EXPECT_EQ(value("[:max :timestamp]"), "#inst \"2026-11-23T11:00:00Z\"");
  EXPECT_EQ(value("[:arg-max :w :v]"), "\"z\"");
  EXPECT_EQ(value("[:arg-min :w :v]"), "\"a\"");
  EXPECT_EQ(value("[:arg-min :v :timestamp]"), "\"99\"");
  EXPECT_EQ(value("[:arg-min :v :nothing]"), "nil");
}

TEST_F(AggregateTest, SpreadIsOfTheSample) {
  add("{:v 2}\n{:v 4}\n{:v 4}\n{:v 4}\n{:v 5}\n{:v 5}\n{:v 7}\n{:v 9}\n{:v \"x\"}");
  EXPECT_EQ(value("[:variance :v]").substr(0, 15), "4.5714285714285");
  EXPECT_EQ(value("[:stddev :v]").substr(0, 12), "2.1380899352");
  EXPECT_EQ(value("[:stddev :nothing]"), "nil");
  add("{:big 1000000000001}\n{:big 1000000000002}\n{:big 1000000000003}");
  EXPECT_EQ(value("[:variance :big]"), "1.0");
}

TEST_F(AggregateTest, PercentilesInterpolate) {
  add("{:v 10}\n{:v 20}\n{:v 30}\n{:v 40}\n{:v nil}");
  EXPECT_EQ(value("[:median :v]"), "25.0");
  EXPECT_EQ(value("[:percentile :v 0]"), "10.0");
  EXPECT_EQ(value("[:percentile :v 100]"), "40.0");
  EXPECT_EQ(value("[:percentile :v 90]"), "37.0");
  EXPECT_EQ(value("[:percentile :nothing 50]"), "nil");
  EXPECT_EQ(rows("{:aggregations [[:lat [:percentiles :v [50 99]]]]}"),
            "[{:lat/p50 25.0 :lat/p99 39.7}]");
}

TEST_F(AggregateTest, FirstLastAndValuesGoByTimestampThenId) {
  add("{:v 3 :timestamp 300}\n{:v 1 :timestamp 100}\n{:v nil :timestamp 50}");
  add("{:v 2 :timestamp 200}\n{:v 4 :timestamp 300}\n{:v 2.0 :timestamp 900}");
  EXPECT_EQ(value("[:first :v]"), "1");
  EXPECT_EQ(value("[:last :v]"), "2.0");
  EXPECT_EQ(value("[:any :v]"), "1");
  EXPECT_EQ(value("[:values :v]"), "[1 2 3 4 2.0]");
  EXPECT_EQ(value("[:values :v 2]"), "[1 2]");
  EXPECT_EQ(value("[:set :v]"), "#{1 2 3 4}");
  EXPECT_EQ(value("[:set :v 2]"), "#{1 2}");
  EXPECT_EQ(value("[:first :nothing]"), "nil");
  EXPECT_EQ(value("[:values :nothing]"), "[]");
}

TEST_F(AggregateTest, TopAndRareBreakTiesByValue) {
  add("{:v \"b\"}\n{:v \"a\"}\n{:v :a}\n{:v \"c\"}\n{:v \"c\"}\n{:v 1}");
  EXPECT_EQ(value("[:top :v 2]"), "[[\"a\" 2] [\"c\" 2]]");
  EXPECT_EQ(value("[:rare :v 2]"), "[[1 1] [\"b\" 1]]");
}

TEST_F(AggregateTest, HistogramsHaveEqualBars) {
  add("{:v 0}\n{:v 4}\n{:v 10}\n{:v 35}\n{:v \"x\"}");
  EXPECT_EQ(value("[:histogram :v {:width 10}]"), "[[0 10 2] [10 20 1] [20 30 0] [30 40 1]]");
  EXPECT_EQ(value("[:histogram :v {:buckets 2 :min 0 :max 20}]"), "[[0.0 10.0 2] [10.0 20.0 1]]");
  EXPECT_EQ(value("[:histogram :nothing {:width 10}]"), "[]");
}

TEST_F(AggregateTest, RatesArePerSecondOfTheRangeOrTheBucket) {
  add("{:v 5 :timestamp \"2026-11-23T12:30:00Z\"}\n{:v 7 :timestamp \"2026-11-23T12:31:40Z\"}");
  EXPECT_EQ(value("[:rate]", ":time [:last 1 :hours]").substr(0, 10), "0.00055555");
  EXPECT_EQ(value("[:rate :v]"), "0.12");
  EXPECT_EQ(rows("{:group-by [[:bucket :timestamp \"10s\"]] :aggregations {:r [:rate :v]} "
                 ":select [:r]}"),
            "[{:r 0.5} {:r 0.7}]");
}

TEST_F(AggregateTest, CountDistinctUsesEqualityOfTheLanguageButLevelsByText) {
  add("{:v 1 :level \"error\"}\n{:v 1.0 :level \"ERROR\"}\n{:v \"1\"}\n{:v :1}\n{:v nil}");
  EXPECT_EQ(value("[:count-distinct :v]"), "2");
  EXPECT_EQ(value("[:count-distinct :level]"), "2");
}

}  // namespace
}  // namespace clogs::query::testing
