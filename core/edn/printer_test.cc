#include "core/edn/printer.h"

#include <gtest/gtest.h>

#include "core/edn/reader.h"

namespace clogs::edn {
namespace {

std::string canonical(std::string_view text) {
  Result<Value> value = read_value(text);
  return value.ok() ? print_canonical(*value) : value.status().to_string();
}
std::string pretty(std::string_view text, size_t width) {
  Result<Value> value = read_value(text);
  return value.ok() ? print_pretty(*value, width) : value.status().to_string();
}

TEST(Printer, NeverBreaksALine) {
  EXPECT_EQ(print(Value::string("a\nb\r\x01\x7F\"\\\t")), "\"a\\nb\\r\\u0001\\u007f\\\"\\\\\\t\"");
  EXPECT_EQ(print(Value::character("\n")), "\\newline");
  EXPECT_EQ(print(Value::character("\f")), "\\u000c");
  EXPECT_EQ(print(Value::character("\xC3\xA9")), "\\\xC3\xA9");
}

TEST(Printer, LeavesTextBeyondAsciiAsItIs) {
  std::string text = "\"long enough for sixteen bytes at once: \xE2\x82\xAC \xF0\x9F\x98\x80\"";
  Result<Value> value = read_value(text);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(print(*value), text);
}

TEST(Printer, EscapesWhereverTheyStand) {
  for (size_t at = 0; at < 40; ++at) {
    std::string text(40, 'x');
    text[at] = '\n';
    std::string wanted = "\"" + text.substr(0, at) + "\\n" + text.substr(at + 1) + "\"";
    EXPECT_EQ(print(Value::string(text)), wanted);
  }
}

TEST(Printer, CanonicalSortsEntriesAndElements) {
  EXPECT_EQ(canonical("{:b 1 :a {2 3 1 4}}"), "{:a {1 4 2 3} :b 1}");
  EXPECT_EQ(canonical("#{3 1 [2 1]}"), "#{1 3 [2 1]}");
  EXPECT_EQ(canonical("#t {:b #{2 1} :a true}"), "#t {:a true :b #{1 2}}");
  EXPECT_EQ(canonical("(3 1 2)"), "(3 1 2)");
}

TEST(Printer, PrettyKeepsShortFormsOnOneLine) {
  EXPECT_EQ(pretty("{:a 1 :b [2 3]}", 40), "{:a 1 :b [2 3]}");
}

TEST(Printer, PrettyIndentsUnderTheBracket) {
  EXPECT_EQ(pretty("{:alpha [1 2 3] :beta {:gamma \"text\" :delta #t [4 5 6]}}", 20),
            "{:alpha [1 2 3]\n"
            " :beta {:gamma \"text\"\n"
            "        :delta #t [4\n"
            "                   5\n"
            "                   6]}}");
}

}  // namespace
}  // namespace clogs::edn
