#include <gmock/gmock.h>

#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class GroupsTest : public QueryTest {
 protected:
  GroupsTest() {
    add(R"({:timestamp "2026-11-23T10:00:10Z" :service "db" :level "error" :ms 10 :user "a"}
{:timestamp "2026-11-23T10:00:50Z" :service "db" :level "info" :ms 20 :user "b"}
{:timestamp "2026-11-23T10:03:00Z" :service "web" :level "info" :ms 30 :user "a"})");
    add(R"({:timestamp "2026-11-23T10:03:30Z" :service :web :level "error" :ms 1.5 :user "c"}
{:timestamp "2026-11-23T10:04:00Z" :level "warn" :ms "slow"})");
  }
  static constexpr const char* range = ":time [\"2026-11-23T10:00:00Z\" \"2026-11-23T10:05:00Z\"] ";
  std::string in_range(const std::string& rest) {
    return rows("{" + std::string(range) + rest + "}");
  }
};

TEST_F(GroupsTest, AggregatesWithoutGroupsAreOneRow) {
  const Collected found = run("{:aggregations {:n [:count]}}");
  EXPECT_EQ(found.text(), "[{:n 5}]");
  EXPECT_EQ(found.trailer.total, 1U);
  EXPECT_TRUE(found.trailer.total_exact);
  EXPECT_EQ(rows("{:where :false :aggregations [[:n [:count]] [:s [:sum :ms]] [:a [:avg :ms]]]}"),
            "[{:n 0 :s 0 :a nil}]");
}

TEST_F(GroupsTest, GroupsComeAscendingByTheirColumnsNullsLast) {
  EXPECT_EQ(rows("{:group-by [:service]}"),
            "[{:service \"db\" :count 2} {:service \"web\" :count 2} {:service nil :count 1}]");
  EXPECT_EQ(rows("{:group-by [:level]}"),
            "[{:level \"info\" :count 2} {:level \"warn\" :count 1} {:level \"error\" :count 2}]");
  EXPECT_EQ(rows("{:where :false :group-by [:service]}"), "[]");
}

TEST_F(GroupsTest, HavingOrderAndLimitWorkOnColumns) {
  EXPECT_EQ(rows("{:group-by [:service] :aggregations {:n [:count] :ms [:sum :ms]} "
                 ":having [:> :n 1] :order-by [[:ms :desc]]}"),
            "[{:service \"web\" :ms 31.5 :n 2} {:service \"db\" :ms 30 :n 2}]");
  const Collected found = run("{:group-by [:service] :limit 1}");
  EXPECT_EQ(found.trailer.count, 1U);
  EXPECT_EQ(found.trailer.total, 3U);
  EXPECT_FALSE(found.trailer.next.empty());
  EXPECT_EQ(rows("{:group-by [:service] :limit 1 :after \"" + found.trailer.next + "\"}"),
            "[{:service \"web\" :count 2}]");
  EXPECT_EQ(rows("{:group-by [:service] :select [:count [:as :s :service]]}"),
            "[{:count 2 :s \"db\"} {:count 2 :s \"web\"} {:count 1 :s nil}]");
}

TEST_F(GroupsTest, PagesOfGroupsGoBackToo) {
  const std::string second = run("{:group-by [:service] :limit 1 :after \"" +
                                 run("{:group-by [:service] :limit 1}").trailer.next + "\"}")
                                 .trailer.prev;
  EXPECT_EQ(rows("{:group-by [:service] :limit 1 :before \"" + second + "\"}"),
            "[{:service \"db\" :count 2}]");
}

TEST_F(GroupsTest, BucketsStartAtTheEpochAndFillTheRange) {
  EXPECT_EQ(rows("{:group-by [[:bucket :timestamp \"1m\"]]}"),
            "[{:timestamp #inst \"2026-11-23T10:00:00Z\" :count 2} "
            "{:timestamp #inst \"2026-11-23T10:03:00Z\" :count 2} "
            "{:timestamp #inst \"2026-11-23T10:04:00Z\" :count 1}]");
  EXPECT_EQ(in_range(":group-by [[:as :t [:bucket :timestamp \"1m\" {:fill :zero}]]] "
                     ":aggregations [[:n [:count]] [:avg [:avg :ms]]]"),
            "[{:t #inst \"2026-11-23T10:00:00Z\" :n 2 :avg 15.0} "
            "{:t #inst \"2026-11-23T10:01:00Z\" :n 0 :avg nil} "
            "{:t #inst \"2026-11-23T10:02:00Z\" :n 0 :avg nil} "
            "{:t #inst \"2026-11-23T10:03:00Z\" :n 2 :avg 15.75} "
            "{:t #inst \"2026-11-23T10:04:00Z\" :n 1 :avg nil}]");
  EXPECT_EQ(in_range(":where [:= :service \"db\"] "
                     ":group-by [[:bucket :timestamp \"2m\" {:fill :previous}] :service]"),
            "[{:timestamp #inst \"2026-11-23T10:00:00Z\" :service \"db\" :count 2} "
            "{:timestamp #inst \"2026-11-23T10:02:00Z\" :service \"db\" :count 2} "
            "{:timestamp #inst \"2026-11-23T10:04:00Z\" :service \"db\" :count 2}]");
  EXPECT_EQ(in_range(":where :false :group-by [[:bucket :timestamp \"5m\" {:fill :null}]]"),
            "[{:timestamp #inst \"2026-11-23T10:00:00Z\" :count nil}]");
}

TEST_F(GroupsTest, BucketsAlignToTheZoneAndWeeksToMonday) {
  EXPECT_EQ(rows("{:tz \"Asia/Tokyo\" :group-by [[:bucket :timestamp \"1d\"]]}"),
            "[{:timestamp #inst \"2026-11-22T15:00:00Z\" :count 5}]");
  EXPECT_EQ(rows("{:group-by [[:bucket :timestamp \"7d\"]]}"),
            "[{:timestamp #inst \"2026-11-23T00:00:00Z\" :count 5}]");
  EXPECT_EQ(rows("{:group-by [[:bucket :timestamp [1 :weeks] {:tz \"America/New_York\"}]]}"),
            "[{:timestamp #inst \"2026-11-23T05:00:00Z\" :count 5}]");
}

TEST_F(GroupsTest, DaysFollowTheChangeOfClocks) {
  add(R"({:service "dst" :timestamp "2026-10-24T22:30:00Z"}
{:service "dst" :timestamp "2026-10-25T22:30:00Z"}
{:service "dst" :timestamp "2026-10-25T23:30:00Z"})");
  EXPECT_EQ(rows("{:where {:service \"dst\"} :tz \"Europe/Berlin\" "
                 ":group-by [[:bucket :timestamp \"1d\"]]}"),
            "[{:timestamp #inst \"2026-10-24T22:00:00Z\" :count 2} "
            "{:timestamp #inst \"2026-10-25T23:00:00Z\" :count 1}]");
}

TEST_F(GroupsTest, AutomaticBucketsAreBetween60And120) {
  for (const char* time :
       {"\"1m\"", "\"15m\"", "\"1h\"", "\"6h\"", "\"1d\"", "\"30d\"", "\"90s\""}) {
    const Collected found = run(std::string("{:time ") + time +
                                " :group-by [[:bucket :timestamp :auto {:fill :zero}]]}");
    EXPECT_GE(found.rows.size(), 60U) << time;
    EXPECT_LE(found.rows.size(), 120U) << time;
  }
  const Collected open = run("{:group-by [[:bucket :timestamp :auto {:fill :zero}]]}");
  EXPECT_GE(open.rows.size(), 60U);
  EXPECT_LE(open.rows.size(), 120U);
}

TEST_F(GroupsTest, NumberBucketsAndNetworks) {
  EXPECT_EQ(rows("{:group-by [[:bucket :ms 10]]}"),
            "[{:ms 0 :count 1} {:ms 10 :count 1} {:ms 20 :count 1} {:ms 30 :count 1} "
            "{:ms nil :count 1}]");
  EXPECT_EQ(rows("{:where [:< :ms 12] :group-by [[:bucket :ms 0.5 {:fill :zero :min 1 :max 2}]]}"),
            "[{:ms 1.0 :count 0} {:ms 1.5 :count 1} {:ms 2.0 :count 0} {:ms 10.0 :count 1}]");
  add("{:ip \"10.1.2.3\"}\n{:ip \"10.1.2.99\"}\n{:ip \"10.1.3.1\"}\n{:ip \"x\"}");
  EXPECT_EQ(rows("{:where [:exists :ip] :group-by [[:cidr :ip 24]]}"),
            "[{:ip \"10.1.2.0/24\" :count 2} {:ip \"10.1.3.0/24\" :count 1} "
            "{:ip nil :count 1}]");
}

TEST_F(GroupsTest, EqualValuesAreOneGroupShownTheSameEachTime) {
  add("{:g 200 :x 1}\n{:g 200.0 :x 1}");
  add("{:g 200M :x 1}\n{:g \"200\" :x 1}\n{:g true :x 1}");
  EXPECT_EQ(rows("{:where {:x 1} :group-by [:g]}"),
            "[{:g true :count 1} {:g 200 :count 3} {:g \"200\" :count 1}]");
  EXPECT_EQ(rows("{:where {:x 1} :aggregations {:d [:count-distinct :g]}}"), "[{:d 3}]");
}

TEST_F(GroupsTest, MoreGroupsThanThePageAreCountedAndShownOnRequest) {
  for (int batch = 0; batch < 12; ++batch) {
    std::string lines;
    for (int i = 0; i < 1000; ++i) lines += "{:k " + std::to_string(batch * 1000 + i) + "}\n";
    add(lines);
  }
  Collected found = run("{:where [:exists :k] :group-by [:k]}");
  EXPECT_EQ(found.rows.size(), 10'000U);
  EXPECT_EQ(found.trailer.total, 12'000U);
  EXPECT_TRUE(found.trailer.total_exact);
  EXPECT_FALSE(found.trailer.partial);
  const Collected rest =
      run("{:where [:exists :k] :group-by [:k] :after \"" + found.trailer.next + "\"}");
  EXPECT_EQ(rest.rows.size(), 2000U);
  EXPECT_EQ(rest.rows.back(), "{:k 11999 :count 1}");
  found = run("{:where [:exists :k] :group-by [:k] :limit 1000000}");
  EXPECT_EQ(found.rows.size(), 12'000U);
}

TEST_F(GroupsTest, DistinctOfGroups) {
  EXPECT_EQ(rows("{:group-by [:service] :select [:count] :distinct true}"),
            "[{:count 2} {:count 1}]");
}

TEST_F(GroupsTest, LimitsOfTheScanMakeThePartialAnswerAndNoTotal) {
  const Collected found = run("{:group-by [:service] :options {:max-rows 1}}");
  EXPECT_TRUE(found.trailer.partial);
  EXPECT_FALSE(found.trailer.total.has_value());
}

TEST_F(GroupsTest, FieldsAndTheirValues) {
  const auto prepared = engine.prepare("{}", Syntax::edn);
  ASSERT_TRUE(prepared.ok());
  const auto fields = engine.fields(**prepared, "default", 10);
  ASSERT_TRUE(fields.ok());
  ASSERT_EQ(fields->fields.size(), 5U);
  EXPECT_FALSE(fields->partial);
  EXPECT_EQ(fields->fields[0].name, "level");
  EXPECT_EQ(fields->fields[0].count, 5U);
  EXPECT_EQ(fields->fields[1].name, "ms");
  EXPECT_EQ(fields->fields[1].types, (std::vector<std::pair<std::string, uint64_t>>{
                                         {"integer", 3}, {"float", 1}, {"string", 1}}));
  const auto values = engine.field_values(**prepared, "default", "service", 2);
  ASSERT_TRUE(values.ok());
  ASSERT_EQ(values->values.size(), 2U);
  EXPECT_EQ(values->values[0].value.text(), "db");
  EXPECT_EQ(values->values[0].count, 2U);
}

TEST_F(GroupsTest, LimitsMakeTheLookUpOfFieldsPartialAndAreNamed) {
  const auto all = engine.prepare("{}", Syntax::edn);
  ASSERT_TRUE(all.ok());
  const auto names = engine.fields(**all, "default", 2);
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(names->fields.size(), 2U);
  EXPECT_TRUE(names->partial);
  EXPECT_THAT(names->warnings, ElementsAre("there are more than the limit of 2 names"));
  const auto values = engine.field_values(**all, "default", "service", 1);
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(values->values.size(), 1U);
  EXPECT_THAT(values->warnings, ElementsAre("there are more than the limit of 1 values"));

  const auto cut = engine.prepare("{:options {:max-rows 1}}", Syntax::edn);
  ASSERT_TRUE(cut.ok());
  const auto some = engine.fields(**cut, "default", 10);
  ASSERT_TRUE(some.ok());
  EXPECT_TRUE(some->partial);
  EXPECT_THAT(some->warnings, ElementsAre(HasSubstr(":max-rows 1")));
  EXPECT_TRUE(engine.field_values(**cut, "default", "service", 10)->partial);
}

TEST_F(GroupsTest, ACancelledLookUpOfFieldsEnds) {
  const auto prepared = engine.prepare("{}", Syntax::edn);
  ASSERT_TRUE(prepared.ok());
  const auto cancel = std::make_shared<std::atomic<bool>>(true);
  EXPECT_EQ(engine.fields(**prepared, "default", 10, cancel).status().code(), Code::cancelled);
}

}  // namespace
}  // namespace clogs::query::testing
