#include "server/ingest/text_records.h"

#include <gtest/gtest.h>

#include "core/edn/reader.h"
#include "server/ingest/testing/convert_lines.h"

namespace clogs::ingest {
namespace {

using testing::convert;
using testing::Converted;
using testing::options;

struct Record {
  std::string message;
  std::string level;
  std::string type;  // of the exception
  std::string reason;
  std::string stacktrace;
  bool timed = false;
};

std::vector<Record> records_of(const Converted& out) {
  std::vector<Record> records;
  edn::Reader reader(out.lines);
  edn::Tape tape;
  for (; reader.next(tape) == edn::Reader::Outcome::form; tape.clear()) {
    const edn::View map = tape.root();
    const auto text = [](edn::View from, std::string_view key) {
      const edn::View value = from ? from.find(key) : edn::View();
      return value ? std::string(value.text()) : std::string();
    };
    const edn::View exception = map.find("exception");
    records.push_back({text(map, "message"), text(map, "level"), text(exception, "type"),
                       text(exception, "message"), text(exception, "stacktrace"),
                       static_cast<bool>(map.find("timestamp"))});
  }
  return records;
}

std::vector<std::string> messages_of(std::string_view text, LineOptions given = options()) {
  std::vector<std::string> messages;
  for (Record& record : records_of(convert(text, std::move(given)))) {
    messages.push_back(std::move(record.message));
  }
  return messages;
}

using Messages = std::vector<std::string>;
const std::string stamp = "2026-11-23 20:00:00 ERROR ";

// Each is one record, and the same with a line of another record before and behind it.
struct Joined {
  std::string name;
  std::string text;
  std::string type;
  std::string reason;
};
std::ostream& operator<<(std::ostream& out, const Joined& joined) { return out << joined.name; }

class JoinedTest : public ::testing::TestWithParam<Joined> {};

TEST_P(JoinedTest, IsOneRecord) {
  const Joined& joined = GetParam();
  const std::string before = "2026-11-23 19:00:00 INFO before";
  const std::string behind = "2026-11-23 21:00:00 INFO behind";
  for (size_t piece : {SIZE_MAX, size_t{5}}) {
    const Converted out =
        convert(before + "\n" + joined.text + "\n" + behind + "\n", options(), piece);
    const std::vector<Record> records = records_of(out);
    ASSERT_EQ(records.size(), 3u) << out.lines;
    EXPECT_EQ(records[0].message, before);
    EXPECT_EQ(records[1].message, joined.text);
    EXPECT_EQ(records[1].type, joined.type);
    EXPECT_EQ(records[1].reason, joined.reason);
    EXPECT_EQ(records[1].stacktrace.empty(), joined.type.empty());
    EXPECT_TRUE(joined.text.ends_with(records[1].stacktrace));
    EXPECT_EQ(records[2].message, behind);
    EXPECT_EQ(out.counts.rejected, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Traces, JoinedTest,
    ::testing::Values(
        Joined{"Java",
               stamp + "failed\njava.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)\n"
                       "\tSuppressed: a.Closing: x\n\t\tat a.B.d(B.java:2)\n"
                       "Caused by: java.io.IOException: gone\n\tat a.C.e(C.java:3)\n\t... 12 more",
               "java.lang.IllegalStateException", "boom"},
        Joined{"JavaInTheLine", stamp + "up: java.lang.RuntimeException: x y\n\tat a.B.c(B.java:1)",
               "java.lang.RuntimeException", "x y"},
        Joined{"JavaUncaught",
               "Exception in thread \"main\" java.lang.RuntimeException\n\tat a.B.c(B.java:1)",
               "java.lang.RuntimeException", ""},
        Joined{"Python",
               stamp + "died\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n"
                       "    g()\nKeyError: 'x'",
               "KeyError", "'x'"},
        Joined{"PythonChain",
               stamp + "died\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n"
                       "KeyError: 'x'\n\nDuring handling of the above exception, another exception "
                       "occurred:\n\nTraceback (most recent call last):\n  File \"a.py\", line 3, "
                       "in f\n    h()\n    ^^^\napp.errors.Bad: it broke",
               "app.errors.Bad", "it broke"},
        Joined{"Node",
               stamp + "failed\nTypeError [ERR_X]: no\n    at f (/a/b.js:1:2)\n"
                       "    at node:internal/x:3:4 {\n  code: 'ERR_X'\n}",
               "TypeError", "no"},
        Joined{"GoUnderHttp",
               stamp +
                   "http: panic serving 127.0.0.1:1: boom\ngoroutine 18 [running]:\n"
                   "net/http.(*conn).serve.func1(0xc000, {0x1, 0x2})\n\t/go/server.go:1850 +0xbf"
                   "\ncreated by net/http.(*Server).Serve\n\t/go/server.go:3086 +0x5cb",
               "", ""},
        Joined{"GoPanic",
               "panic: runtime error: index out of range [5]\n[signal SIGSEGV]\n\n"
               "goroutine 1 [running]:\nmain.main()\n\t/tmp/x.go:8 +0x1d\nexit status 2",
               "", ""},
        Joined{"Indented", stamp + "request\n  GET /\n  Host: a\n    x", "", ""},
        Joined{"PrintedObject", stamp + "body {\n  \"a\": 1\n}", "", ""}),
    [](const auto& tested) { return tested.param.name; });

TEST(TextRecordsTest, ATraceWithoutALoggerIsARecord) {
  const std::vector<Record> records = records_of(
      convert("Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError\n"
              "goodbye\n"));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].type, "ValueError");
  EXPECT_EQ(records[0].stacktrace, records[0].message);
  EXPECT_EQ(records[1].message, "goodbye");
}

TEST(TextRecordsTest, WhatBeginsARecordIsNotJoined) {
  const Messages alone[] = {
      {"no time", "  indented"},
      {stamp + "a", "plain text"},
      {stamp + "a", stamp + "b"},
      {"ERROR a", "  WARN aligned", " INFO aligned"},
      {stamp + "a", "TypeError: said, without a frame", "next"},
      {stamp + "a", "panic: of another"},
      {stamp + "a", "Exception in thread \"main\" a.BException: x"},
  };
  for (const Messages& lines : alone) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    EXPECT_EQ(messages_of(text), lines);
  }
}

TEST(TextRecordsTest, ABlankLineEndsARecord) {
  EXPECT_EQ(messages_of(stamp + "a\n\n  b\n"), (Messages{stamp + "a", "  b"}));
}

TEST(TextRecordsTest, TimeAndLevelAreOfTheFirstLine) {
  const std::vector<Record> records =
      records_of(convert("2026-11-23 20:00:00 WARN a\n  ERRORS follow\nInfo: x\n"));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].level, "warn");
  EXPECT_TRUE(records[0].timed);
  EXPECT_FALSE(records[1].timed);
}

TEST(TextRecordsTest, OffJoinsNothing) {
  LineOptions given = options();
  given.multiline = false;
  EXPECT_EQ(messages_of(stamp + "a\n\tat b.C.d(C.java:1)\n", given),
            (Messages{stamp + "a", "\tat b.C.d(C.java:1)"}));
}

TEST(TextRecordsTest, TheTextFormatJoinsTooAndJsonEndsARecord) {
  EXPECT_EQ(messages_of(stamp + "a\n  b\n", options(LineFormat::text)),
            (Messages{stamp + "a\n  b"}));
  EXPECT_EQ(messages_of(stamp + "a\n{\"msg\":\"json\"}\n  b\n"),
            (Messages{stamp + "a", "json", "  b"}));
}

TEST(TextRecordsTest, WhatIsBeyondTheLimitsIsMoreRecordsOfTheSameTime) {
  std::string text = stamp + "a\n";
  for (uint32_t i = 0; i < 2 * joined_lines_max; ++i) text += "\tat b.C.d(C.java:1)\n";
  std::vector<Record> records = records_of(convert(text));
  ASSERT_EQ(records.size(), 3u);
  for (const Record& record : records) EXPECT_TRUE(record.timed && record.level == "error");

  LineOptions given = options();
  given.limits.max_bytes = 1024;
  text = stamp + "a\n";
  for (int i = 0; i < 20; ++i) text += "  " + std::string(28, 'x') + "\n";
  const Converted out = convert(text, given);
  EXPECT_EQ(out.counts.rejected, 0u);
  size_t bytes = 0;
  for (const Record& record : records_of(out)) {
    EXPECT_LE(record.message.size(), given.limits.max_bytes / joined_bytes_share);
    bytes += record.message.size() + 1;
  }
  EXPECT_EQ(bytes, text.size());
}

}  // namespace
}  // namespace clogs::ingest
