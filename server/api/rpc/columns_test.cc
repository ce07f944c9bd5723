#include "server/api/rpc/columns.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clogs/v1/query.pb.h"
#include "core/edn/reader.h"

namespace clogs::api::rpc {
namespace {

using ::testing::ElementsAre;

v1::Columns columns_of(std::initializer_list<std::string_view> rows,
                       std::vector<std::string> names = {}) {
  ColumnBlock block;
  block.set_names(std::move(names));
  for (const std::string_view row : rows) {
    // The row's text and tape are gone when the block is taken, as they are in the engine.
    const std::string text(row);
    edn::Tape tape;
    EXPECT_TRUE(edn::read_one(text, tape).ok()) << row;
    block.add(tape.root());
  }
  std::string wire;
  block.take(wire);
  EXPECT_EQ(block.rows(), 0U);
  v1::Columns columns;
  EXPECT_TRUE(columns.ParseFromString(wire));
  EXPECT_EQ(columns.rows(), rows.size());
  return columns;
}

std::vector<std::string> names_of(const v1::Columns& columns) {
  std::vector<std::string> names;
  for (const v1::Column& column : columns.columns()) names.push_back(column.name());
  return names;
}

TEST(ColumnBlock, TypedColumns) {
  const v1::Columns columns = columns_of(
      {R"({:i -1 :d 1.5 :s "a" :t #inst "1970-01-01T00:00:01Z"})",
       R"({:i 9223372036854775807 :d ##NaN :s "" :t #inst "1970-01-01T01:00:00.5+01:00"})"});
  EXPECT_THAT(names_of(columns), ElementsAre("i", "d", "s", "t"));
  EXPECT_THAT(columns.columns(0).ints().values(), ElementsAre(-1, INT64_MAX));
  ASSERT_EQ(columns.columns(1).doubles().values_size(), 2);
  EXPECT_EQ(columns.columns(1).doubles().values(0), 1.5);
  EXPECT_TRUE(std::isnan(columns.columns(1).doubles().values(1)));
  EXPECT_THAT(columns.columns(2).strings().values(), ElementsAre("a", ""));
  EXPECT_THAT(columns.columns(3).instants().values(), ElementsAre(1'000'000'000, 500'000'000));
  for (const v1::Column& column : columns.columns()) EXPECT_EQ(column.present(), "");
}

TEST(ColumnBlock, MissingFieldsAreMarked) {
  const v1::Columns columns = columns_of({"{:a 1}", "{:b 2}", "{:a 3 :b 4}"});
  EXPECT_THAT(names_of(columns), ElementsAre("a", "b"));
  EXPECT_EQ(columns.columns(0).present(), "\x05");
  EXPECT_THAT(columns.columns(0).ints().values(), ElementsAre(1, 3));
  EXPECT_EQ(columns.columns(1).present(), "\x06");
  EXPECT_THAT(columns.columns(1).ints().values(), ElementsAre(2, 4));
}

TEST(ColumnBlock, MixedTypesAreValues) {
  const v1::Columns columns = columns_of({"{:a 1}", "{:a \"x\"}", "{:a nil}", "{:a {:b :c}}"});
  const v1::Items& items = columns.columns(0).values_any();
  ASSERT_EQ(items.items_size(), 4);
  EXPECT_EQ(items.items(0).int_value(), 1);
  EXPECT_EQ(items.items(1).string_value(), "x");
  EXPECT_EQ(items.items(2).kind_case(), v1::Value::KIND_NOT_SET);
  EXPECT_EQ(items.items(3).map().entries(0).value().keyword(), "c");
  EXPECT_EQ(columns.columns(0).present(), "");
}

TEST(ColumnBlock, IntegersOutsideSixtyFourBitsKeepTheirDigits) {
  const v1::Columns columns = columns_of({"{:a 9223372036854775808}"});
  EXPECT_EQ(columns.columns(0).values_any().items(0).number(), "9223372036854775808");
}

TEST(ColumnBlock, NamesOfTheQueryComeFirst) {
  const v1::Columns columns = columns_of({"{:b 1}"}, {"a", "b"});
  EXPECT_THAT(names_of(columns), ElementsAre("a", "b"));
  EXPECT_EQ(columns.columns(0).present(), std::string(1, '\0'));
  EXPECT_EQ(columns.columns(1).present(), "");
}

TEST(ColumnBlock, KeysThatAreNoKeywordsHaveTheirText) {
  EXPECT_THAT(names_of(columns_of({R"({"@timestamp" 1 5 2})"})), ElementsAre("@timestamp", "5"));
}

TEST(ColumnBlock, IsReusedFromBlockToBlock) {
  ColumnBlock block;
  std::string wire;
  for (const char* text : {"{:a 1}", "{:b 2}"}) {
    edn::Tape tape;
    ASSERT_TRUE(edn::read_one(text, tape).ok());
    block.add(tape.root());
    wire.clear();
    block.take(wire);
  }
  v1::Columns columns;
  ASSERT_TRUE(columns.ParseFromString(wire));
  EXPECT_THAT(names_of(columns), ElementsAre("b"));
}

}  // namespace
}  // namespace clogs::api::rpc
