#include "core/edn/reader.h"

#include <gtest/gtest.h>

#include "core/edn/printer.h"

namespace clogs::edn {
namespace {

// Reads one form and prints it.
std::string round(std::string_view text) {
  Tape tape;
  Status status = read_one(text, tape);
  return status.ok() ? print(tape.root()) : status.to_string();
}

std::string refused(std::string_view text) {
  Tape tape;
  Status status = read_one(text, tape);
  return status.ok() ? "read as " + print(tape.root()) : status.message();
}

TEST(Reader, PrintsBackWhatItRead) {
  for (std::string_view text : {"nil",
                                "true",
                                "false",
                                "0",
                                "-0",
                                "+1",
                                "123456789012345678901234567890",
                                "5N",
                                "1.",
                                "1.50",
                                "-2.5e-10",
                                "1.50M",
                                "1/3",
                                "\"a b\"",
                                "\"\\n\\t\\\"\\\\\"",
                                ":a",
                                ":a/b",
                                "sym",
                                "a/b",
                                "/",
                                "()",
                                "[]",
                                "{}",
                                "#{}",
                                "(1 [2 {3 #{4}}])",
                                "\\a",
                                "\\newline",
                                "##Inf",
                                "##-Inf",
                                "##NaN",
                                "#inst \"2026-11-23T14:05:09.123456789Z\"",
                                "#uuid \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"",
                                "#my/tag [1 2]"}) {
    EXPECT_EQ(round(text), text);
  }
}

TEST(Reader, ErrorsSayWhere) {
  EXPECT_EQ(refused("{:a 1 ]"), "line 1, column 7: unmatched delimiter ], expected }");
  EXPECT_EQ(refused("\n [1\n  \xC3\xA4 }"), "line 3, column 5: unmatched delimiter }, expected ]");
}

TEST(Reader, ErrorDetailsAreData) {
  Tape tape;
  EXPECT_EQ(read_one("{:a 1 ]", tape).details(),
            "{:line 1 :column 7 :found \"]\" :expected \"}\"}");
}

TEST(Reader, ReadsFormAfterForm) {
  std::string_view text = "{:a 1}\n{:b 2} ; the last\n";
  Reader reader(text);
  Tape tape;
  ASSERT_EQ(reader.next(tape), Reader::Outcome::form);
  EXPECT_EQ(reader.offset(), 6u);
  tape.clear();
  ASSERT_EQ(reader.next(tape), Reader::Outcome::form);
  EXPECT_EQ(reader.form_offset(), 7u);
  EXPECT_EQ(print(tape.root()), "{:b 2}");
  EXPECT_EQ(reader.next(tape), Reader::Outcome::end);
}

TEST(Reader, GoesOnAfterABadLine) {
  std::string_view text = "{:a 1}\n{:b ]\n{:c 3\n{:d 4}\n";
  Reader reader(text);
  std::string good;
  int bad = 0;
  for (;;) {
    Tape tape;
    Reader::Outcome outcome = reader.next(tape);
    if (outcome == Reader::Outcome::end) break;
    if (outcome == Reader::Outcome::error) {
      ++bad;
      EXPECT_TRUE(tape.empty());
      reader.skip_line();
    } else {
      good += print(tape.root());
    }
  }
  EXPECT_EQ(good, "{:a 1}{:d 4}");
  EXPECT_EQ(bad, 2);
}

// One line a case: what is wrong, where, and what should be there.
TEST(Reader, ErrorsSayWhatIsWrong) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "line 1, column 1: end of text, expected one form"},
      {"1 2", "line 1, column 3: a second form: 2, expected the end of the text"},
      {"1 )", "line 1, column 3: unmatched delimiter ), expected a form"},
      {"[1 2", "line 1, column 5: end of text, expected ] for what opens at line 1, column 1"},
      {"{:a\n \"x",
       "line 2, column 4: end of text, expected \" for what opens at line 2, column 2"},
      {"{:a}", "line 1, column 4: map with a key that has no value, expected a value"},
      {"{:a 1 :a 2}", "line 1, column 7: duplicate key :a, expected keys that differ"},
      {"#{\"a\" \"a\"}",
       "line 1, column 7: duplicate element \"a\", expected elements that differ"},
      {"{[1] 1 [1] 2}", "line 1, column 1: duplicate key [1], expected keys that differ"},
      {"12x", "line 1, column 1: number 12x is malformed"},
      {"089", "line 1, column 1: number 089 is malformed"},
      {"1/0", "line 1, column 1: number 1/0 divides by zero"},
      {":a/", "line 1, column 1: keyword :a/ ends in a slash"},
      {"[a::b]", "line 1, column 2: symbol a::b holds two colons"},
      {"a@b", "line 1, column 1: symbol a@b holds a character not allowed"},
      {"\\abc", "line 1, column 1: character \\abc is none: no such character"},
      {"\"a\\xb\"",
       "line 1, column 3: bad escape in a string: no such escape, expected an escape of EDN"},
      {"\"\\ud800\"",
       "line 1, column 2: bad escape in a string: half of a surrogate pair, expected an escape of "
       "EDN"},
      {"#inst \"2026-13\"",
       "line 1, column 7: #inst with a malformed text, expected RFC 3339 or a prefix of it"},
      {"#inst 5", "line 1, column 7: #inst without a string, expected a string"},
      {"#uuid \"x\"",
       "line 1, column 7: #uuid with a malformed text, expected five groups of "
       "hexadecimal digits as 8-4-4-4-12"},
      {"##Foo", "line 1, column 1: unknown symbolic value ##Foo, expected ##Inf, ##-Inf or ##NaN"},
      {"#a", "line 1, column 3: end of text, expected the value of #a"},
      {"#:a [1]", "line 1, column 5: namespace without a map, expected {"},
      {"^1 []",
       "line 1, column 1: metadata of kind integer, expected a keyword, symbol, string or map"},
      {"[\"\xFF\"]", "line 1, column 3: bytes that are not UTF-8, expected UTF-8"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(refused(text), message) << text;
}

TEST(Reader, ErrorsShowLittleOfLongTokens) {
  std::string text = "1" + std::string(1000, 'x');
  EXPECT_EQ(refused(text),
            "line 1, column 1: number 1" + std::string(39, 'x') + "... is malformed");
}

Status read_limited(std::string_view text, ReadLimits limits) {
  Tape tape;
  return read_one(text, tape, limits);
}

TEST(ReaderLimits, Depth) {
  for (std::string_view text : {"[[[1]]]", "(((1)))", "{1 {2 {3 4}}}", "#{#{#{1}}}", "#a #b #c 1",
                                "^:a ^:b ^:c x", "#_ #_ #_ 1 2 3 4", "#:a{:b #:c{:d #:e{:f 1}}}"}) {
    EXPECT_TRUE(read_limited(text, {.max_depth = 4}).ok()) << text;
    EXPECT_NE(read_limited(text, {.max_depth = 2}).message().find("nested deeper than 2"),
              std::string::npos)
        << text;
  }
}

TEST(ReaderLimits, DepthHoldsHoweverMuchIsAskedFor) {
  for (std::string_view opener : {"[", "(", "{", "#{", "#a ", "#_", "^", "{[", "#:a{"}) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += opener;
    EXPECT_FALSE(read_limited(text, {.max_depth = size_t{1} << 40}).ok()) << opener;
  }
}

TEST(ReaderLimits, BytesOfAForm) {
  EXPECT_TRUE(read_limited("[1 2 3]", {.max_form_bytes = 7}).ok());
  for (std::string_view text : {"[1 2 34]", "12345678", "\"123456\"", ":1234567", "abcdefgh"}) {
    EXPECT_EQ(read_limited(text, {.max_form_bytes = 8}).message(), "") << text;
    EXPECT_NE(read_limited(text, {.max_form_bytes = 7}).message().find("form larger than 7 bytes"),
              std::string::npos)
        << text;
  }
  std::string padded = std::string(100, ' ') + "[1]";
  EXPECT_TRUE(read_limited(padded, {.max_form_bytes = 7}).ok());
}

TEST(ReaderLimits, DigitsOfANumber) {
  for (std::string_view text : {"12345", "1.234", "1/234", "0xFFF", "1e234", "12.4M", "-1234"}) {
    EXPECT_TRUE(read_limited(text, {.max_digits = 5}).ok()) << text;
    EXPECT_NE(read_limited(text, {.max_digits = 4}).message().find("too many digits"),
              std::string::npos)
        << text;
  }
}

TEST(ReaderLimits, DigitsOfOtherBases) {
  EXPECT_TRUE(read_limited("0x" + std::string(1022, 'f'), {}).ok());
  EXPECT_NE(read_limited("0x" + std::string(1023, 'f'), {}).message().find("too many digits"),
            std::string::npos);
}

TEST(Reader, DecodesOnlyWhatIsEscaped) {
  std::string text = "[\"plain\" \"esc\\n\" :key 12]";
  Tape tape;
  ASSERT_TRUE(read_one(text, tape).ok());
  auto inside = [&](View view) {
    return view.text().data() >= text.data() && view.text().data() < text.data() + text.size();
  };
  EXPECT_TRUE(inside(tape.at(1)));
  EXPECT_FALSE(inside(tape.at(2)));
  EXPECT_TRUE(inside(tape.at(3)));
  EXPECT_TRUE(inside(tape.at(4)));
}

TEST(Reader, ReadsTokensOfEveryLengthAtTheEndOfTheText) {
  for (size_t length = 1; length < 70; ++length) {
    std::string word(length, 'w');
    std::string digits(length, '7');
    EXPECT_EQ(round(word), word);
    EXPECT_EQ(round(":" + word), ":" + word);
    EXPECT_EQ(round(":" + word + "/x"), ":" + word + "/x");
    EXPECT_EQ(round(digits), digits);
    EXPECT_EQ(round("\"" + word + "\""), "\"" + word + "\"");
    EXPECT_EQ(round("\"" + word + "\\n\""), "\"" + word + "\\n\"");
    EXPECT_EQ(round("[" + word + "]"), "[" + word + "]");
  }
}

// The good forms of a text, each in its line; bad ones are left out.
std::string good_forms(std::string_view text) {
  Reader reader(text);
  std::string good;
  for (;;) {
    Tape tape;
    Reader::Outcome outcome = reader.next(tape);
    if (outcome == Reader::Outcome::end) return good;
    if (outcome == Reader::Outcome::error) {
      reader.skip_line();
    } else {
      good += print(tape.root()) + "\n";
    }
  }
}

TEST(Reader, SkipsTheWholeOfABadForm) {
  EXPECT_EQ(good_forms("{:a 1x\n :k8s\n {:pod 1}\n}\n{:b 2}\n"), "{:b 2}\n");
  EXPECT_EQ(good_forms("  {:a 1x\n   :b {:c 1}}\n  {:d 2}\n"), "{:d 2}\n");
  EXPECT_EQ(good_forms("{:a \"x}\n{:b 2}\n{:c 3}\n"), "{:b 2}\n{:c 3}\n");
  EXPECT_EQ(good_forms("{:a 1\n {:b 2}\n{:c 3}\n"), "{:c 3}\n");
  EXPECT_EQ(good_forms("{:a 1 :a\n 2 :b\n {:c 3}}\n{:d 4}\n"), "{:d 4}\n");
  EXPECT_EQ(good_forms("{:a \"x}\n{:b \"y\" :c \"z\"}\n{:d 4}\n"), "{:b \"y\" :c \"z\"}\n{:d 4}\n");
  EXPECT_EQ(good_forms("1 #_ {:a\n 2]}\n3\n"), "1\n3\n");
  EXPECT_EQ(good_forms("]"), "");
  EXPECT_EQ(good_forms("]\n\n1\n"), "1\n");
}

TEST(Reader, ReportsTheSameErrorUntilTheLineIsSkipped) {
  Reader reader("]\n1");
  Tape tape;
  EXPECT_EQ(reader.next(tape), Reader::Outcome::error);
  EXPECT_EQ(reader.next(tape), Reader::Outcome::error);
  reader.skip_line();
  EXPECT_EQ(reader.next(tape), Reader::Outcome::form);
}

TEST(Reader, InvalidBytesSpoilOnlyTheirForm) {
  std::string_view text = "{:a 1}\n{:b \"\xC3\x28\"}\n{:c 3}\n";
  Reader reader(text);
  Tape tape;
  EXPECT_EQ(reader.next(tape), Reader::Outcome::form);
  EXPECT_EQ(reader.next(tape), Reader::Outcome::error);
  EXPECT_EQ(reader.error().at.line, 2u);
  EXPECT_EQ(reader.error().at.column, 6u);
  reader.skip_line();
  EXPECT_EQ(reader.next(tape), Reader::Outcome::form);
  EXPECT_EQ(reader.next(tape), Reader::Outcome::end);
}

TEST(Reader, PositionsCountCharacters) {
  Position position = position_of("a\n\xE2\x82\xAC\xC3\xA4x", 7);
  EXPECT_EQ(position.line, 2u);
  EXPECT_EQ(position.column, 3u);
  EXPECT_EQ(position.offset, 7u);
}

}  // namespace
}  // namespace clogs::edn
