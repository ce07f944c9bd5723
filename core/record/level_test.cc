#include "core/record/level.h"

#include <gtest/gtest.h>

#include "core/edn/reader.h"

namespace clogs::record {
namespace {

Severity of_edn(std::string_view text) {
  edn::Tape tape;
  EXPECT_TRUE(edn::read_one(text, tape).ok()) << text;
  return severity_of(tape.root());
}

TEST(LevelTest, NamesAndAliasesInAnyCase) {
  const std::pair<std::string_view, Severity> cases[] = {
      {"trace", Severity::trace},  {"VERBOSE", Severity::trace},  {"Debug", Severity::debug},
      {"info", Severity::info},    {"NOTICE", Severity::info},    {"warn", Severity::warn},
      {"Warning", Severity::warn}, {"err", Severity::error},      {"SEVERE", Severity::error},
      {"fatal", Severity::fatal},  {"critical", Severity::fatal}, {"panic", Severity::fatal},
      {"emerg", Severity::fatal},  {"alert", Severity::fatal},    {"informational", Severity::info},
  };
  for (const auto& [name, severity] : cases) EXPECT_EQ(severity_of(name), severity) << name;
}

TEST(LevelTest, OtherNamesAreUnordered) {
  for (std::string_view name :
       {"", "loud", "warnx", "informationally", "audit", "-1", "0", "25", "007", "1x"}) {
    EXPECT_EQ(severity_of(name), Severity::none) << name;
  }
}

TEST(LevelTest, OtlpNumbersComeInFours) {
  EXPECT_EQ(of_edn("1"), Severity::trace);
  EXPECT_EQ(of_edn("4"), Severity::trace);
  EXPECT_EQ(of_edn("5"), Severity::debug);
  EXPECT_EQ(of_edn("9"), Severity::info);
  EXPECT_EQ(of_edn("13N"), Severity::warn);
  EXPECT_EQ(of_edn("\"17\""), Severity::error);
  EXPECT_EQ(of_edn("24"), Severity::fatal);
  EXPECT_EQ(of_edn("0"), Severity::none);
  EXPECT_EQ(of_edn("30"), Severity::none);
}

TEST(LevelTest, KeywordsNameLevelsAndOtherValuesDoNot) {
  EXPECT_EQ(of_edn(":error"), Severity::error);
  EXPECT_EQ(of_edn("[\"error\"]"), Severity::none);
  EXPECT_EQ(severity_of(edn::View()), Severity::none);
}

TEST(LevelTest, NamesOfSeverities) {
  EXPECT_EQ(severity_name(Severity::none), "");
  EXPECT_EQ(severity_name(Severity::trace), "trace");
  EXPECT_EQ(severity_name(Severity::fatal), "fatal");
}

}  // namespace
}  // namespace clogs::record
