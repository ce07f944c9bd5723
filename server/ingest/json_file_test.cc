#include "server/ingest/json_file.h"

#include <gtest/gtest.h>

#include "server/ingest/testing/convert_lines.h"

namespace clogs::ingest {
namespace {

using testing::convert;
using testing::Converted;
using testing::lines_of;
using testing::options;

TEST(JsonFileTest, ToldByTheBeginning) {
  for (std::string_view text :
       {"{\n  \"a\": 1\n}", "\xEF\xBB\xBF\n [\n {\"a\":1}]", "[{\"a\":1},{\"b\":2}]\n",
        "{\"a\":1}{\"b\":2}\n", "{\"a\":1} {\"b\":2}\n", "{\"a\": [\n1]}", "{ \"a\" : \n1}"}) {
    EXPECT_TRUE(begins_like_json_file(text)) << text;
  }
  for (std::string_view text :
       {"", "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}", "{\"a\":1} text\n", "{:a 1}", "[{:a 1}]",
        "{\"a\" :b\n}", "{\"a\" 1\n}", "[11.23 20:25:57] app", "{not json}\n", "{}\n", "text",
        "{\"a\": \"a line of which only the beginning is there"}) {
    EXPECT_FALSE(begins_like_json_file(text)) << text;
  }
}

TEST(JsonFileTest, ObjectsOverManyLinesAreRecords) {
  EXPECT_EQ(
      lines_of("{\n  \"level\": 30,\n  \"msg\": \"a } \\\" \\\\\"\n}\n{\n  \"b\": [1,\n 2]\n}\n"),
      "{:level \"info\" :message \"a } \\\" \\\\\"}\n{:b [1 2]}\n");
  EXPECT_EQ(lines_of("[\n  {\n    \"a\": 1\n  },\n  {\"b\": {\"c\": 2}}\n]\n"),
            "{:a 1}\n{:b {:c 2}}\n");
  EXPECT_EQ(lines_of("{\"a\":1}{\"b\":2} {\"c\":3}"), "{:a 1}\n{:b 2}\n{:c 3}\n");
}

TEST(JsonFileTest, ABrokenObjectIsRefusedWithItsLineAndTheRestRead) {
  const Converted out = convert(
      "[\n  {\"a\": 1},\n  {\n    \"msg\": \"open\n  },\n  {\"b\": [2}\n  },\n  {\"c\": 3}\n]\n");
  EXPECT_EQ(out.lines, "{:a 1}\n{:c 3}\n");
  ASSERT_EQ(out.rejections.size(), 2u);
  EXPECT_EQ(out.rejections[0].line, 3u);
  EXPECT_EQ(out.rejections[0].error.substr(0, 60),
            "line 3, column 3: a JSON object that does not end by line 4,");
  EXPECT_EQ(out.rejections[1].line, 6u);
  EXPECT_EQ(out.counts.lines, 9u);
}

TEST(JsonFileTest, BadJsonInsideAnObjectIsPlacedInTheFile) {
  const Converted out = convert("{\n \"a\": 1\n}\n{\n \"b\": nope\n}\n{\"c\":\n3}\n");
  EXPECT_EQ(out.lines, "{:a 1}\n{:c 3}\n");
  ASSERT_EQ(out.rejections.size(), 1u);
  EXPECT_EQ(out.rejections[0].line, 4u);
  EXPECT_EQ(out.rejections[0].error.substr(0, 17), "line 5, column 7:");
}

TEST(JsonFileTest, AFileThatEndsInsideSaysSo) {
  const Converted object = convert("{\n \"a\": 1\n}\n{\n \"b\": ");
  EXPECT_EQ(object.lines, "{:a 1}\n");
  ASSERT_EQ(object.rejections.size(), 1u);
  EXPECT_EQ(object.rejections[0].line, 4u);
  const Converted array = convert("[\n {\"a\": 1}\n");
  EXPECT_EQ(array.lines, "{:a 1}\n");
  ASSERT_EQ(array.rejections.size(), 1u);
  EXPECT_NE(array.rejections[0].error.find("the array that begins on line 1 does not end"),
            std::string::npos);
}

TEST(JsonFileTest, TextBetweenObjectsIsRefused) {
  const Converted out = convert("{\n\"a\": 1\n}\nsome text\n{\"b\": 2}\n");
  EXPECT_EQ(out.lines, "{:a 1}\n{:b 2}\n");
  ASSERT_EQ(out.rejections.size(), 1u);
  EXPECT_EQ(out.rejections[0].line, 4u);
}

TEST(JsonFileTest, AnObjectBeyondTheLimitIsRefusedAndTheNextRead) {
  LineOptions given = options();
  given.limits.max_bytes = 100;
  const Converted out =
      convert("{\n\"a\": \"" + std::string(2000, 'x') + "\"\n}\n{\"b\": 2}\n", given, 50);
  EXPECT_EQ(out.counts.rejected, 1u);
  EXPECT_EQ(out.lines, "{:b 2}\n");
}

TEST(JsonFileTest, PiecesDoNotMatter) {
  const std::string texts[] = {
      "[\n  {\"a\": \"\\\\\\\"\"},\n  {\"b\":\n \"x\n  },\n  {\"c\": [3}\n},\n  {\"d\": 4}\n]\n",
      "{\"a\":1}{\"b\":\n2}\n  junk\n{\"c\":3",
  };
  for (const std::string& text : texts) {
    JsonFile whole(1000);
    const auto run = [](JsonFile& file) {
      std::string told;
      for (;;) {
        const JsonFile::Step step = file.next();
        if (step.outcome == JsonFile::Outcome::wait) return told;
        told += std::to_string(step.at.line) + " " + std::string(step.object) +
                step.error.message() + "\n";
      }
    };
    whole.feed(text);
    whole.finish();
    const std::string expected = run(whole);
    for (size_t piece = 1; piece < text.size(); ++piece) {
      JsonFile file(1000);
      std::string told;
      for (size_t at = 0; at < text.size(); at += piece) {
        file.feed(std::string_view(text).substr(at, piece));
        told += run(file);
      }
      file.finish();
      told += run(file);
      EXPECT_EQ(told, expected) << piece;
      EXPECT_EQ(file.lines(), whole.lines()) << piece;
    }
  }
}

}  // namespace
}  // namespace clogs::ingest
