#include "server/query/language/columns.h"

#include <gmock/gmock.h>

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> columns_of(std::string_view text) {
  Result<Query> query = read(text);
  EXPECT_TRUE(query.ok()) << text << ": " << query.status().to_string();
  if (!query.ok()) return {};
  return answer_columns(*query).value_or(std::vector<std::string>{"unknown"});
}

TEST(Columns, OfAnswers) {
  EXPECT_THAT(columns_of("{}"), ElementsAre("unknown"));
  EXPECT_THAT(columns_of("{:select [:a :*]}"), ElementsAre("unknown"));
  EXPECT_THAT(columns_of("{:select [[:except :a]]}"), ElementsAre("unknown"));
  EXPECT_THAT(columns_of("{:select [:k8s.pod [:a :b] [:as :x :y] {:http [:status]}]}"),
              ElementsAre("k8s.pod", "a.b", "x", "http"));
  EXPECT_THAT(columns_of("{:group-by [[:bucket :timestamp \"1m\"] :service] :aggregations "
                         "[[:n [:count]] [:lat [:percentiles :ms [50 99]]]]}"),
              ElementsAre("timestamp", "service", "n", "lat/p50", "lat/p99"));
  EXPECT_THAT(columns_of("{:group-by [:a] :aggregations {:n [:count] :b [:bytes]}}"),
              ElementsAre("a", "b", "n"));
  EXPECT_THAT(columns_of("{:group-by [:a] :select [:count]}"), ElementsAre("count"));
  EXPECT_THAT(columns_of("{:group-by [:a :b] :select [:count :*]}"),
              ElementsAre("count", "a", "b"));
  EXPECT_THAT(columns_of("{:group-by [:a :b] :select [[:except :b]]}"), ElementsAre("a", "count"));
}

TEST(Columns, ThatGroupedRowsHave) {
  expect_failures({
      {"{:group-by [:a] :having [:> :n 3]}", ":clogs/unknown-column [:having]"},
      {"{:group-by [:a] :having [:and :true [:not {:n 3}]]}", ":clogs/unknown-column [:having]"},
      {"{:group-by [:a] :having [:> :count [:field :n]]}", ":clogs/unknown-column [:having]"},
      {"{:group-by [:a] :having [:text :n \"x\"]}", ":clogs/unknown-column [:having]"},
      {"{:group-by [:a] :order-by [:n]}", ":clogs/unknown-column [:order-by]"},
      {"{:group-by [:a] :distinct [:n]}", ":clogs/unknown-column [:distinct]"},
      {"{:group-by [:a] :select [:n]}", ":clogs/unknown-column [:select]"},
      {"{:group-by [:a] :select [[:except :n]]}", ":clogs/unknown-column [:select]"},
      {"{:group-by [:a] :aggregations {:a [:count]}}", ":clogs/duplicate-column [:aggregations]"},
  });
}

TEST(Columns, ErrorsFollowTheWordsOfTheQuery) {
  expect_failures({
      {"{:group-by [:a] :find [:n]}", ":clogs/unknown-column [:find]"},
      {"{:group-by [:a] :aggregate {:a :*}}", ":clogs/duplicate-column [:aggregate]"},
      {"{:pipe [[:aggregate {:by [:a]}] [:sort :n]]}", ":clogs/unknown-column [:pipe 1]"},
      {"{:pipe [[:aggregate {:by [:a :a]}]]}", ":clogs/duplicate-column [:pipe 0]"},
  });
}

TEST(Columns, PathsIntoAColumnAreFine) {
  EXPECT_TRUE(read("{:aggregations {:e [:last :exception]} :having [:= :e.type \"X\"]}").ok());
  EXPECT_TRUE(read("{:aggregations {:e [:last :exception]} :having [:= [:e :type] \"X\"]}").ok());
  EXPECT_TRUE(read("{:aggregations {:l [:percentiles :ms [50]]} :having [:> :l/p50 1]}").ok());
}

}  // namespace
}  // namespace clogs::query::testing
