#include "core/record/id.h"

#include <limits>

#include <gtest/gtest.h>

namespace clogs::record {
namespace {

TEST(IdTest, PrintsTwentyEightDigitsAndReadsThemBack) {
  const Id id{.received_nanos = 0x0123456789abcdef, .store = 0xfe01, .index = 0x00000fed};
  EXPECT_EQ(id.to_string(), "0123456789abcdeffe0100000fed");
  const Result<Id> back = Id::parse(id.to_string());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, id);
}

TEST(IdTest, TextsSortAsTheIdsDo) {
  const Id ids[] = {
      {.received_nanos = 1, .store = 9, .index = 9},
      {.received_nanos = 2, .store = 0, .index = 0},
      {.received_nanos = 2, .store = 0, .index = 1},
      {.received_nanos = 2, .store = 1, .index = 0},
      {.received_nanos = std::numeric_limits<int64_t>::max(), .store = 0, .index = 0},
  };
  for (size_t i = 1; i < std::size(ids); ++i) {
    EXPECT_LT(ids[i - 1], ids[i]);
    EXPECT_LT(ids[i - 1].to_string(), ids[i].to_string());
  }
}

TEST(IdTest, RefusesWhatIsNoId) {
  for (std::string_view text : {"", "0123456789abcdeffe0100000fe", "0123456789abcdeffe0100000fedd",
                                "0123456789ABCDEFfe0100000fed", "f123456789abcdeffe0100000fed",
                                "0123456789abcdeffe0100000fe ", "0123456789abcdeffe01+0000fed"}) {
    EXPECT_FALSE(Id::parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace clogs::record
