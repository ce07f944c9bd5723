#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

class RowsTest : public QueryTest {
 protected:
  RowsTest() {
    add(R"({:n 1 :timestamp "2026-11-23T10:00:00Z" :level "info" :d 5}
{:n 2 :timestamp "2026-11-23T10:00:00Z" :level "error"}
{:n 3 :timestamp "2026-11-23T11:00:00Z" :level "warn" :d 1.5})");
    add("{:n 4 :level \"fatal\" :d nil}\n{:n 5 :timestamp \"2026-11-23T09:00:00Z\" :d \"x\"}");
  }
};

TEST_F(RowsTest, NewestFirstByTimestampThenId) {
  EXPECT_EQ(rows("{:select [:n]}"), "[{:n 4} {:n 3} {:n 2} {:n 1} {:n 5}]");
}

TEST_F(RowsTest, RowsAreTheRecordsAsSentWithoutStoreKeys) {
  EXPECT_EQ(rows("{:limit 2}"),
            "[{:n 4 :level \"fatal\" :d nil} "
            "{:n 3 :timestamp \"2026-11-23T11:00:00Z\" :level \"warn\" :d 1.5}]");
  store.append("{:clogs/id \"17a1b2c3d4e5f6070001000000ff\" :n 9 :clogs/stream \"logs\"}\n",
               at(start) + 90'000'000'000, "logs", "default", true);
  EXPECT_EQ(rows("{:where [:= :n 9]}"), "[{:n 9}]");
  EXPECT_EQ(rows("{:where [:= :n 9] :select [:* :clogs/id]}"),
            "[{:n 9 :clogs/id \"17a1b2c3d4e5f6070001000000ff\"}]");
}

TEST_F(RowsTest, StoreKeysAreShownOnRequest) {
  EXPECT_EQ(rows("{:where [:= :n 4] :select [:clogs/received :clogs/stream :clogs/tenant]}"),
            "[{:clogs/received #inst \"2026-11-23T12:00:01Z\" :clogs/stream \"logs\" "
            ":clogs/tenant \"default\"}]");
  const Collected found = run("{:where [:= :n 5] :select [:clogs/id]}");
  EXPECT_EQ(rows("{:where [:= :clogs/id " + found.rows.at(0).substr(11, 30) + "] :select [:n]}"),
            "[{:n 5}]");
}

TEST_F(RowsTest, OrderHasNullsLastUnlessSaid) {
  EXPECT_EQ(rows("{:select [:n] :order-by [[:d :asc]]}"), "[{:n 3} {:n 1} {:n 5} {:n 4} {:n 2}]");
  EXPECT_EQ(rows("{:select [:n] :order-by [[:d :desc]]}"), "[{:n 5} {:n 1} {:n 3} {:n 4} {:n 2}]");
  EXPECT_EQ(rows("{:select [:n] :order-by [[:d :asc {:nulls :first}] :n]}"),
            "[{:n 2} {:n 4} {:n 3} {:n 1} {:n 5}]");
  EXPECT_EQ(rows("{:select [:n] :order-by [:timestamp]}"), "[{:n 5} {:n 1} {:n 2} {:n 3} {:n 4}]");
}

TEST_F(RowsTest, OrderByLevelIsBySeverity) {
  EXPECT_EQ(rows("{:select [:n] :order-by [[:level :desc]]}"),
            "[{:n 4} {:n 2} {:n 3} {:n 1} {:n 5}]");
}

TEST_F(RowsTest, SelectKeepsItsOrderRenamesAndLeavesOutWhatIsMissing) {
  EXPECT_EQ(rows("{:where [:= :n 1] :select [:d [:as :severity :level] :n :nothing]}"),
            "[{:d 5 :severity \"info\" :n 1}]");
  EXPECT_EQ(rows("{:where [:= :n 4] :select [:d :timestamp :n]}"), "[{:d nil :n 4}]");
  EXPECT_EQ(rows("{:where [:= :n 1] :select [[:except :timestamp :d]]}"),
            "[{:n 1 :level \"info\"}]");
  const Collected found = run("{:select [:d :n]}");
  EXPECT_TRUE(found.header.has_columns);
  EXPECT_EQ(found.header.columns, (std::vector<std::string>{"d", "n"}));
  EXPECT_FALSE(run("{}").header.has_columns);
  EXPECT_FALSE(run("{:select [:*]}").header.has_columns);
}

TEST_F(RowsTest, NestedSelectionsAndPathsGiveFlatColumns) {
  add(R"({:n 6 :k8s {:pod "p" :node "x"} :items [{:sku 1 :price 2} {:sku 3}] "a b" 7})");
  EXPECT_EQ(rows("{:where [:= :n 6] :select [:k8s.pod]}"), "[{:k8s.pod \"p\"}]");
  EXPECT_EQ(rows("{:where [:= :n 6] :select [[:k8s :pod]]}"), "[{:k8s.pod \"p\"}]");
  EXPECT_EQ(rows("{:where [:= :n 6] :select [{:items [:sku]} \"a b\"]}"),
            "[{:items [{:sku 1} {:sku 3}] \"a b\" 7}]");
  EXPECT_EQ(rows("{:where [:= :n 6] :select [[:except :k8s.pod :items]]}"),
            "[{:n 6 :k8s {:node \"x\"} \"a b\" 7}]");
}

TEST_F(RowsTest, PagesJoinToTheWholeWithoutGapOrOverlap) {
  for (const char* order : {"", ":order-by [[:d :desc]]", ":order-by [:timestamp]",
                            ":order-by [[:level :asc] [:n :desc]]"}) {
    const std::string whole = rows(std::string("{:select [:n] ") + order + "}");
    std::vector<std::string> pages;
    std::string cursor;
    std::string first_of_second;
    do {
      const std::string after = cursor.empty() ? "" : " :after \"" + cursor + "\"";
      const Collected page = run(std::string("{:select [:n] :limit 2 ") + order + after + "}");
      ASSERT_TRUE(page.status.ok()) << page.status.message();
      EXPECT_EQ(page.trailer.prev.empty(), cursor.empty());
      if (pages.size() == 2) first_of_second = page.trailer.prev;
      pages.insert(pages.end(), page.rows.begin(), page.rows.end());
      cursor = page.trailer.next;
    } while (!cursor.empty());
    std::string joined = "[";
    for (const std::string& row : pages) joined += (joined.size() > 1 ? " " : "") + row;
    EXPECT_EQ(joined + "]", whole);
    const Collected back = run(std::string("{:select [:n] :limit 2 ") + order + " :before \"" +
                               first_of_second + "\"}");
    ASSERT_EQ(back.rows.size(), 2U) << back.status.message();
    EXPECT_EQ(back.rows, std::vector<std::string>(pages.begin(), pages.begin() + 2));
    EXPECT_TRUE(back.trailer.prev.empty());
    EXPECT_FALSE(back.trailer.next.empty());
  }
}

TEST_F(RowsTest, PagesStayWhileNewRecordsArrive) {
  const Collected first = run("{:select [:n] :limit 2}");
  add("{:n 99}");
  EXPECT_EQ(rows("{:select [:n] :limit 2 :after \"" + first.trailer.next + "\"}"),
            "[{:n 2} {:n 1}]");
}

TEST_F(RowsTest, ACursorOfAnotherQueryIsRefused) {
  const std::string cursor = run("{:select [:n] :limit 2}").trailer.next;
  for (const std::string& text :
       {"{:select [:d] :after \"" + cursor + "\"}", std::string("{:after \"nonsense!\"}"),
        std::string("{:before \"AAAA\"}")}) {
    const auto prepared = engine.prepare(text, Syntax::edn);
    ASSERT_FALSE(prepared.ok()) << text;
    EXPECT_EQ(prepared.status().code(), Code::invalid_argument);
    EXPECT_NE(prepared.status().details().find(":clogs/bad-cursor"), std::string::npos);
  }
}

TEST_F(RowsTest, OffsetSkipsAndLimitZeroIsLegal) {
  EXPECT_EQ(rows("{:select [:n] :offset 3}"), "[{:n 1} {:n 5}]");
  EXPECT_EQ(rows("{:select [:n] :offset 50}"), "[]");
  const Collected none = run("{:limit 0}");
  EXPECT_TRUE(none.status.ok());
  EXPECT_EQ(none.text(), "[]");
}

TEST_F(RowsTest, TotalsAreALowerBoundUnlessAskedFor) {
  Collected found = run("{:limit 2}");
  EXPECT_EQ(found.trailer.count, 2U);
  EXPECT_EQ(found.trailer.total, 2U);
  EXPECT_FALSE(found.trailer.total_exact);
  found = run("{:limit 2 :options {:count :exact}}");
  EXPECT_EQ(found.trailer.total, 5U);
  EXPECT_TRUE(found.trailer.total_exact);
  found = run("{:limit 50}");
  EXPECT_EQ(found.trailer.total, 5U);
  EXPECT_TRUE(found.trailer.total_exact);
  EXPECT_FALSE(run("{:options {:count :none}}").trailer.total.has_value());
}

TEST_F(RowsTest, DistinctKeepsTheFirstInTheOrder) {
  EXPECT_EQ(rows("{:select [:timestamp] :distinct true :order-by [[:n :asc]]}"),
            "[{:timestamp \"2026-11-23T10:00:00Z\"} {:timestamp \"2026-11-23T11:00:00Z\"} {} "
            "{:timestamp \"2026-11-23T09:00:00Z\"}]");
  EXPECT_EQ(rows("{:select [:n] :distinct [:timestamp]}"), "[{:n 4} {:n 3} {:n 2} {:n 5}]");
  // A cursor would be refused: none is offered.
  EXPECT_EQ(run("{:select [:n] :distinct [:timestamp] :limit 1}").trailer.next, "");
}

TEST_F(RowsTest, TimeIsHalfOpenAndAsOfCutsByArrival) {
  EXPECT_EQ(rows("{:select [:n] :time [\"2026-11-23T10:00:00Z\" \"2026-11-23T11:00:00Z\"]}"),
            "[{:n 2} {:n 1}]");
  EXPECT_EQ(rows("{:select [:n] :as-of \"2026-11-23T12:00:00Z\"}"), "[{:n 3} {:n 2} {:n 1}]");
  const Collected found = run("{:as-of \"2026-11-23T12:00:00.5Z\"}");
  EXPECT_EQ(found.trailer.as_of_nanos, at(start));
}

TEST_F(RowsTest, StreamsAndTenantsAreApart) {
  add("{:n 6}", "audit");
  add("{:n 7}", "logs", "other");
  EXPECT_EQ(rows("{:from :audit :select [:n]}"), "[{:n 6}]");
  EXPECT_EQ(rows("{:from [:audit :logs] :select [:n] :limit 2}"), "[{:n 6} {:n 4}]");
  EXPECT_EQ(rows("{:from :nothing}"), "[]");
  EXPECT_EQ(rows("{:where [:in :n #{6 7}]}"), "[]");
}

TEST_F(RowsTest, TheDigestIsOfTheRows) {
  const std::string digest = run("{:select [:n] :options {:digest true}}").trailer.digest;
  EXPECT_EQ(digest.size(), 7U + 64U);
  EXPECT_EQ(run("{:select [:n] :options {:digest true}}").trailer.digest, digest);
  EXPECT_NE(run("{:select [:n :d] :options {:digest true}}").trailer.digest, digest);
  EXPECT_EQ(run("{:select [:n]}").trailer.digest, "");
}

TEST_F(RowsTest, DamageMakesTheAnswerPartialAndTotalsAbsent) {
  store.damage({"day.edn", 17, "checksum"});
  const Collected found = run("{:options {:count :exact}}");
  EXPECT_EQ(found.rows.size(), 5U);
  EXPECT_TRUE(found.trailer.partial);
  ASSERT_EQ(found.trailer.warnings.size(), 1U);
  EXPECT_EQ(found.trailer.warnings[0], "damaged: day.edn at byte 17: checksum");
  EXPECT_FALSE(found.trailer.total.has_value());
}

TEST_F(RowsTest, UnreadableLinesAreCountedAndTheRestAnswers) {
  add("{:n 6}\n{:n ]\n17\n{:n 7}");
  const Collected found = run("{:select [:n] :limit 2}");
  EXPECT_EQ(found.text(), "[{:n 7} {:n 6}]");
  EXPECT_TRUE(found.trailer.partial);
  EXPECT_EQ(found.trailer.warnings.at(0), "2 stored lines could not be read as records");
}

TEST_F(RowsTest, LimitsGivePartialAnswersThatNameThem) {
  Collected found = run("{:options {:max-scan-bytes 10}}");
  EXPECT_TRUE(found.status.ok());
  EXPECT_TRUE(found.trailer.partial);
  EXPECT_NE(found.trailer.warnings.at(0).find(":max-scan-bytes 10"), std::string::npos);
  EXPECT_FALSE(found.trailer.total.has_value());
  found = run("{:options {:max-rows 1 :partial false}}");
  EXPECT_EQ(found.status.code(), Code::resource_exhausted);
  found = run("{:options {:max-rows 1}}");
  EXPECT_NE(found.trailer.warnings.at(0).find(":max-rows 1"), std::string::npos);
}

TEST_F(RowsTest, ACancelledQueryStops) {
  const auto prepared = engine.prepare("{}", Syntax::edn);
  ASSERT_TRUE(prepared.ok());
  Collected collected;
  const auto cancel = std::make_shared<std::atomic<bool>>(true);
  EXPECT_EQ(engine.run(**prepared, "default", collected, cancel).code(), Code::cancelled);
}

class SmallMemoryTest : public QueryTest {
 protected:
  SmallMemoryTest()
      : QueryTest({.threads = 2, .memory_budget_bytes = 64 << 10, .spill_reserve_bytes = 0}) {}
};

TEST_F(SmallMemoryTest, RowsGoToDiskAndGroupsBecomePartial) {
  for (int batch = 0; batch < 50; ++batch) {
    std::string lines;
    for (int i = 0; i < 100; ++i) {
      lines += "{:n " + std::to_string(batch * 100 + i) + " :message \"some words of text\"}\n";
    }
    add(lines);
  }
  Collected found = run("{:limit 100000}");
  ASSERT_TRUE(found.status.ok()) << found.status.message();
  EXPECT_FALSE(found.trailer.partial);
  EXPECT_EQ(found.rows.size(), 5000U);
  EXPECT_EQ(found.rows.front(), "{:n 4999 :message \"some words of text\"}");
  EXPECT_EQ(found.rows.back(), "{:n 0 :message \"some words of text\"}");
  found = run("{:group-by [:n] :limit 100000}");
  ASSERT_TRUE(found.status.ok());
  EXPECT_TRUE(found.trailer.partial);
  EXPECT_GT(found.rows.size(), 0U);
  EXPECT_LT(found.rows.size(), 5000U);
  EXPECT_NE(found.trailer.warnings.at(0).find("memory limit"), std::string::npos);
  EXPECT_FALSE(found.trailer.total.has_value());
}

}  // namespace
}  // namespace clogs::query::testing
