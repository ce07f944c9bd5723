#include "core/edn/utf8.h"

#include <gtest/gtest.h>

namespace clogs::edn {
namespace {

TEST(Utf8Test, AcceptsEveryLength) {
  for (std::string_view text : {"", "plain", "\xC3\xA4", "\xE6\x97\xA5", "\xF0\x9F\x98\x80",
                                "sixteen bytes ok\xC3\xA4 and more behind them",
                                "\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
}

TEST(Utf8Test, RefusesWhatTheStandardRefuses) {
  for (std::string_view text :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE6\x97", "\xC3", "\xF0\x9F\x98"}) {
    EXPECT_EQ(valid_utf8_prefix("ok" + std::string(text)), 2u);
    EXPECT_FALSE(is_valid_utf8(text));
  }
}

// Lengths take different ways; each must see the same.
TEST(Utf8Test, OneBadByteIsFoundWhereverItStands) {
  const std::string character = "\xE6\x97\xA5";
  for (size_t size = 1; size <= 200; ++size) {
    for (const bool ascii : {true, false}) {
      std::string text;
      while (text.size() < size) text += ascii ? std::string("x") : character;
      EXPECT_TRUE(is_valid_utf8(text));
      EXPECT_EQ(valid_utf8_prefix(text), text.size());
      for (size_t bad = 0; bad < text.size(); bad += ascii ? 1 : 3) {
        std::string broken = text;
        broken[bad] = '\xFF';
        EXPECT_FALSE(is_valid_utf8(broken)) << size << ' ' << bad;
        EXPECT_EQ(valid_utf8_prefix(broken), bad);
      }
    }
  }
}

TEST(Utf8Test, RepairReplacesMaximalParts) {
  const auto repaired = [](std::string_view text, size_t expected_count) {
    std::string out;
    EXPECT_EQ(append_repaired_utf8(text, out), expected_count);
    EXPECT_TRUE(is_valid_utf8(out));
    return out;
  };
  EXPECT_EQ(repaired("fine \xC3\xA4", 0), "fine \xC3\xA4");
  EXPECT_EQ(repaired("caf\xE9 au", 1), "caf\xEF\xBF\xBD au");
  // Table 3-8 of the Unicode standard.
  EXPECT_EQ(repaired("a\xF1\x80\x80\xE1\x80\xC2"
                     "b\x80"
                     "c\x80\xBF"
                     "d",
                     6),
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c\xEF\xBF\xBD\xEF\xBF\xBD"
            "d");
}

}  // namespace
}  // namespace clogs::edn
