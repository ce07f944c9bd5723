#include "server/app/cli/terminal.h"

#include <gtest/gtest.h>

namespace clogs::app {
namespace {

TEST(TerminalTest, HumanBytes) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1500), "1.5 kB");
  EXPECT_EQ(human_bytes(2.5e9), "2.5 GB");
}

TEST(TerminalTest, HumanCount) {
  EXPECT_EQ(human_count(17), "17");
  EXPECT_EQ(human_count(12'345), "12 k");
  EXPECT_EQ(human_count(1'250'000), "1.25 M");
}

TEST(TerminalTest, HumanSeconds) {
  EXPECT_EQ(human_seconds(0), "0:00");
  EXPECT_EQ(human_seconds(65), "1:05");
  EXPECT_EQ(human_seconds(7203), "2:00:03");
}

TEST(TerminalTest, LevelsHaveColours) {
  EXPECT_EQ(level_colour("ERROR"), level_colour("err"));
  EXPECT_NE(level_colour("error"), level_colour("warn"));
  EXPECT_EQ(level_colour("audit"), "");
}

TEST(TerminalTest, NoColoursIntoFiles) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  EXPECT_FALSE(is_terminal(file));
  EXPECT_FALSE(wants_colour(file));
  std::fclose(file);
}

}  // namespace
}  // namespace clogs::app
