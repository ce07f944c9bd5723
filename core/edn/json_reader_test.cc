#include "core/edn/json_reader.h"

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::edn {
namespace {

// The EDN of a JSON text, or why there is none.
std::string read(std::string_view json, JsonLimits limits = {}) {
  JsonReader reader(limits);
  Tape tape;
  Status status = reader.read(json, tape);
  if (!status.ok()) {
    EXPECT_TRUE(tape.empty()) << json;
    return status.message();
  }
  return print(tape.root());
}

bool refuses(std::string_view json) {
  JsonReader reader;
  Tape tape;
  return !reader.read(json, tape).ok();
}

TEST(JsonReader, ReadsEveryKind) {
  EXPECT_EQ(read("null"), "nil");
  EXPECT_EQ(read(" true "), "true");
  EXPECT_EQ(read("false"), "false");
  EXPECT_EQ(read("\"x\""), "\"x\"");
  EXPECT_EQ(read("[]"), "[]");
  EXPECT_EQ(read("{}"), "{}");
  EXPECT_EQ(read("\t[ 1 , [ ] , { \"a\" : null } ]\r\n"), "[1 [] {:a nil}]");
}

TEST(JsonReader, KeepsTheDigits) {
  EXPECT_EQ(read("[0,-0,1.50,1e5,1E+05,-2.5e-3,123456789012345678901234567890]"),
            "[0 -0 1.50 1e5 1E+05 -2.5e-3 123456789012345678901234567890]");
}

TEST(JsonReader, KeysAreKeywordsWhereLegal) {
  EXPECT_EQ(read(R"({"user_id":1,"http/status":2,"k8s.pod":3,"1st":4})"),
            "{:user_id 1 :http/status 2 :k8s.pod 3 :1st 4}");
  EXPECT_EQ(read(R"({"@timestamp":1,"a b":2,"":3,"a/":4,"a:":5,"x,y":6})"),
            R"({"@timestamp" 1 "a b" 2 "" 3 "a/" 4 "a:" 5 "x,y" 6})");
  EXPECT_EQ(read(R"({"\u0061b":1,"gr\u00fc\u00df":2})"), "{:ab 1 :gr\xC3\xBC\xC3\x9F 2}");
}

TEST(JsonReader, DecodesEscapes) {
  EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t")"), R"("\"\\/\b\f\n\r\t")");
  EXPECT_EQ(read(R"("\u00e9\ud83d\ude00")"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(read(R"("\u0000")"), R"("\u0000")");
}

TEST(JsonReader, RefusesDuplicateKeysAtAnyDepth) {
  EXPECT_EQ(read(R"({"a":1,"a":2})"),
            "line 1, column 1: duplicate key \"a\", expected keys that differ");
  EXPECT_TRUE(refuses(R"({"a":1,"\u0061":2})"));
  EXPECT_TRUE(refuses(R"([{"b":{"a":1,"c":0,"a":2}}])"));
  EXPECT_FALSE(refuses(R"({"a":{"a":1}})"));
}

TEST(JsonReader, ErrorsSayWhere) {
  EXPECT_EQ(read("{\n  \"a\": tru\n}"), "line 2, column 8: no JSON value, expected a JSON value");
  EXPECT_EQ(read("[1 2]"), "line 1, column 4: no comma between elements, expected , or ]");
  EXPECT_EQ(read(""), "line 1, column 1: end of text, expected a JSON value");
  EXPECT_EQ(read("1 2"),
            "line 1, column 3: text behind the JSON value, expected the end of the text");
}

TEST(JsonReader, RefusesWhatIsNoJson) {
  for (std::string_view json : {" ",
                                "[",
                                "]",
                                "{",
                                "}",
                                "[1",
                                "[1,",
                                "[1,]",
                                "[,1]",
                                "[1,,2]",
                                "{\"a\"}",
                                "{\"a\":}",
                                "{\"a\":1,}",
                                "{,}",
                                "{a:1}",
                                "{'a':1}",
                                "{1:2}",
                                "{\"a\" 1}",
                                "{\"a\":1 \"b\":2}",
                                "[1}",
                                "{\"a\":1]",
                                "nul",
                                "nulll",
                                "True",
                                "tru e",
                                "NaN",
                                "Infinity",
                                "-",
                                "+1",
                                "01",
                                "-01",
                                "1.",
                                ".5",
                                "1.e5",
                                "1e",
                                "1e+",
                                "0x1",
                                "1_0",
                                "--1",
                                "1-1",
                                "\"",
                                "\"a",
                                "\"\\\"",
                                "\"\\x\"",
                                "\"\\u12\"",
                                "\"\\u12g4\"",
                                "\"\\1\"",
                                "\"\\'\"",
                                "\"\\ud800\"",
                                "\"\\udc00\"",
                                "\"\\ud800x\"",
                                "\"\n\"",
                                "\"\x01\"",
                                "\"a long string before the \x1F\"",
                                "// c",
                                "[1] x",
                                "{} {}",
                                "\xEF\xBB\xBF{}",
                                "\"\xFF\"",
                                "\"\xC3\"",
                                "\"\xED\xA0\x80\"",
                                "\"\xC0\x80\"",
                                "[\xA0]"}) {
    EXPECT_TRUE(refuses(json)) << json;
  }
}

TEST(JsonReader, LimitsDepthAndDigits) {
  std::string deep = std::string(10, '[') + std::string(10, ']');
  EXPECT_EQ(read(deep, {.max_depth = 10}), deep);
  EXPECT_EQ(read(deep, {.max_depth = 9}),
            "line 1, column 10: nested deeper than 9, expected at most 9 levels");
  EXPECT_TRUE(refuses(std::string(100'000, '[')));
  EXPECT_EQ(read("[12345]", {.max_digits = 4}), "line 1, column 2: number with too many digits");
}

TEST(JsonReader, AppendsToTheTape) {
  JsonReader reader;
  Tape tape;
  ASSERT_TRUE(reader.read("[1]", tape).ok());
  size_t before = tape.size();
  ASSERT_FALSE(reader.read("[2", tape).ok());
  EXPECT_EQ(tape.size(), before);
  ASSERT_TRUE(reader.read("\"\\n\"", tape).ok());
  EXPECT_EQ(print(tape.root()), "[1]");
  EXPECT_EQ(print(tape.at(before)), "\"\\n\"");
}

TEST(JsonReader, ReadsStringsOfEveryLength) {
  for (size_t length = 0; length < 70; ++length) {
    std::string json = "\"" + std::string(length, 'x') + "\"";
    EXPECT_EQ(read(json), json);
    std::string escaped = "\"" + std::string(length, 'x') + "\\n\"";
    EXPECT_EQ(read(escaped), escaped);
    EXPECT_TRUE(refuses("\"" + std::string(length, 'x')));
    EXPECT_TRUE(refuses("\"" + std::string(length, 'x') + "\n\""));
  }
}

}  // namespace
}  // namespace clogs::edn
