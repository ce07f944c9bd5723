#include "server/query/language/position.h"

#include <gtest/gtest.h>

#include "core/edn/reader.h"

namespace clogs::query::language {
namespace {

// What stands at `path` of `text`, a few characters of it.
std::string at(std::string_view text, std::string_view path, bool at_key = false,
               Syntax syntax = Syntax::edn) {
  Path steps = edn::read_value(path)->items();
  return std::string(text.substr(offset_of(text, syntax, steps, at_key), 4));
}

TEST(Position, Edn) {
  std::string_view text =
      "; c [1\n{:a \"x]\" , :where [:and #_ [:no] [:= :b \\]] #{1 2222}]\n :t #x/y {:u 33333}}";
  EXPECT_EQ(at(text, "[]"), "{:a ");
  EXPECT_EQ(at(text, "[:a]"), "\"x]\"");
  EXPECT_EQ(at(text, "[:a]", true), ":a \"");
  EXPECT_EQ(at(text, "[:where]"), "[:an");
  EXPECT_EQ(at(text, "[:where 0]"), ":and");
  EXPECT_EQ(at(text, "[:where 1 1]"), ":b \\");
  EXPECT_EQ(at(text, "[:where 1 2]"), "\\]] ");
  EXPECT_EQ(at(text, "[:where 2 1]"), "2222");
  EXPECT_EQ(at(text, "[:t]"), "#x/y");
  EXPECT_EQ(at(text, "[:missing 1]"), "{:a ");
  EXPECT_EQ(at(text, "[:where 9]"), "[:an");
}

TEST(Position, EdnOddities) {
  EXPECT_EQ(at("#:a{:b 1234}", "[:a/b]"), "1234");
  EXPECT_EQ(at("{[:a 1] 5678}", "[[:a 1]]"), "5678");
  EXPECT_EQ(at("{\"a b\" 5678}", "[\"a b\"]"), "5678");
  EXPECT_EQ(at("[#_ #_ a b 5678]", "[0]"), "5678");
  EXPECT_EQ(at("[#inst \"2026\" 5678]", "[1]"), "5678");
  EXPECT_EQ(at("[#a #b [1] 5678]", "[1]"), "5678");
  EXPECT_EQ(at("[##Inf 5678]", "[1]"), "5678");
  EXPECT_EQ(at("[\"\\\"]\" 5678]", "[1]"), "5678");
}

TEST(Position, Json) {
  std::string_view text =
      R"({"a": "x]\"", "where": ["and", ["=", "b", 5678]], "s": {"$set": [1, 9999]}})";
  EXPECT_EQ(at(text, "[:a]", false, Syntax::json), "\"x]\\");
  EXPECT_EQ(at(text, "[:a]", true, Syntax::json), "\"a\":");
  EXPECT_EQ(at(text, "[:where 1 2]", false, Syntax::json), "5678");
  EXPECT_EQ(at(text, "[:s 1]", false, Syntax::json), "9999");
  EXPECT_EQ(at(text, "[:s :$set 1]", false, Syntax::json), "9999");
  EXPECT_EQ(at(R"({":where": 5678})", "[:where]", false, Syntax::json), "5678");
}

}  // namespace
}  // namespace clogs::query::language
