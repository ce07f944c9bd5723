#include "server/ingest/rejections.h"

#include <gtest/gtest.h>

namespace clogs::ingest {
namespace {

TEST(RejectionsTest, NothingRefusedIsEmptyText) {
  Outcome outcome;
  EXPECT_EQ(print_rejections(outcome), "");
  outcome.rejected_total = 5;
  ASSERT_TRUE(read_rejections("", outcome).ok());
  EXPECT_EQ(outcome.rejected_total, 0u);
}

TEST(RejectionsTest, ComeBackAsTheyWere) {
  Outcome outcome;
  outcome.rejected.push_back(
      {.index = 3, .error = "a \"quoted\"\nsentence", .details_edn = "{:code :clogs/x :got [1]}"});
  outcome.rejected.push_back({.index = 9, .error = "plain", .details_edn = ""});
  outcome.rejected_total = 12;
  const std::string text = print_rejections(outcome);
  EXPECT_EQ(text,
            "[{:index 3 :error \"a \\\"quoted\\\"\\nsentence\" :details {:code :clogs/x :got [1]}} "
            "{:index 9 :error \"plain\"} {:total 12}]");
  Outcome back;
  ASSERT_TRUE(read_rejections(text, back).ok());
  EXPECT_EQ(back.rejected_total, 12u);
  ASSERT_EQ(back.rejected.size(), 2u);
  EXPECT_EQ(back.rejected[0].index, 3u);
  EXPECT_EQ(back.rejected[0].error, outcome.rejected[0].error);
  EXPECT_EQ(back.rejected[0].details_edn, outcome.rejected[0].details_edn);
  EXPECT_EQ(back.rejected[1].details_edn, "");
}

TEST(RejectionsTest, DamagedTextIsDataLoss) {
  for (std::string_view text : {"{", "{}", "[1]", "[{:index 1}]", "[{:index :a :error \"x\"}]"}) {
    Outcome outcome;
    EXPECT_EQ(read_rejections(text, outcome).code(), Code::data_loss) << text;
  }
}

}  // namespace
}  // namespace clogs::ingest
