#include "server/ingest/lines.h"

#include <gtest/gtest.h>

#include "server/ingest/testing/convert_lines.h"

namespace clogs::ingest {
namespace {

using testing::convert;
using testing::Converted;
using testing::lines_of;
using testing::options;

TEST(LinesTest, TextWithTimeAndLevel) {
  const Converted out =
      convert("2026-11-23 20:25:57,120 WARN [main] slow\r\n\n  at a.B\nNov 23 20:25:57 box app: x");
  EXPECT_EQ(
      out.lines,
      "{:timestamp #inst \"2026-11-23T20:25:57.12Z\" :level \"warn\" :message \"2026-11-23 "
      "20:25:57,120 WARN [main] slow\"}\n"
      "{:message \"  at a.B\"}\n"
      "{:timestamp #inst \"2026-11-23T20:25:57Z\" :message \"Nov 23 20:25:57 box app: x\"}\n");
  EXPECT_EQ(out.counts.lines, 4u);
  EXPECT_EQ(out.counts.records, 3u);
  EXPECT_EQ(out.counts.with_timestamp, 2u);
  EXPECT_EQ(out.counts.with_level, 1u);
  EXPECT_EQ(out.counts.rejected, 0u);
}

TEST(LinesTest, TheLatestYearThatIsNotInTheFuture) {
  const auto year_of = [](std::string_view line, LineOptions given = options()) {
    const std::string lines = lines_of(line, std::move(given));
    return lines.starts_with("{:timestamp") ? lines.substr(19, 4) : "none";
  };
  EXPECT_EQ(year_of("Nov 23 20:25:57 box app: now"), "2026");
  EXPECT_EQ(year_of("Nov 23 20:25:58 box app: a second later"), "2025");
  EXPECT_EQ(year_of("Jan  1 00:00:00 box app: x"), "2026");
  EXPECT_EQ(year_of("Dec 31 00:00:00 box app: x"), "2025");
  EXPECT_EQ(year_of("Feb 29 00:00:00 box app: x"), "2024");
  LineOptions given = options();
  given.year = 2005;
  EXPECT_EQ(year_of("Dec 31 00:00:00 box app: x", given), "2005");
  EXPECT_EQ(year_of("Feb 29 00:00:00 box app: x", given), "none");
  EXPECT_EQ(year_of("2011-12-31 00:00:00 x", given), "2011");
}

TEST(LinesTest, TimesWithoutAZoneAreOfTheGivenOne) {
  LineOptions given = options();
  given.tz = "America/New_York";
  EXPECT_TRUE(lines_of("2026-06-01 12:00:00 x", given)
                  .starts_with("{:timestamp #inst \"2026-06-01T16:00:00Z\""));
  EXPECT_TRUE(lines_of("2026-06-01 12:00:00Z x", given)
                  .starts_with("{:timestamp #inst \"2026-06-01T12:00:00Z\""));
  EXPECT_TRUE(lines_of("Nov 23 15:25:57 box app: x", given)
                  .starts_with("{:timestamp #inst \"2026-11-23T20:25:57Z\""));
  given.tz = "Nowhere";
  EXPECT_FALSE(LineConverter::create(given).ok());
}

TEST(LinesTest, InvalidUtf8IsReplacedAndCounted) {
  const Converted out = convert("caf\xE9 au lait \xFF\xFE\nfine\n");
  EXPECT_EQ(out.lines,
            "{:message \"caf\xEF\xBF\xBD au lait \xEF\xBF\xBD\xEF\xBF\xBD\"}\n"
            "{:message \"fine\"}\n");
  EXPECT_EQ(out.counts.repaired_lines, 1u);
  EXPECT_EQ(out.counts.replaced_sequences, 3u);
}

TEST(LinesTest, JsonLinesAreMapped) {
  const Converted out = convert(
      "\xEF\xBB\xBF{\"level\":30,\"time\":1795465557120,\"msg\":\"up\"}\n"
      "2026-11-23 20:25:57 INFO text between\n"
      "{not json}\n"
      "{\"msg\":\"b\",\"thread\":7}\n");
  EXPECT_EQ(out.lines,
            "{:level \"info\" :timestamp 1795465557120 :message \"up\"}\n"
            "{:timestamp #inst \"2026-11-23T20:25:57Z\" :level \"info\" :message \"2026-11-23 "
            "20:25:57 INFO text between\"}\n"
            "{:message \"{not json}\"}\n"
            "{:message \"{\\\"msg\\\":\\\"b\\\",\\\"thread\\\":7}\"}\n");
  EXPECT_EQ(out.counts.rejected, 0u);
}

TEST(LinesTest, NdjsonIsTakenAsItIs) {
  const Converted out = convert("{\"level\":17,\"msg\":\"up\"}\n{\"level\":30}\n[1]\nx\n",
                                options(LineFormat::ndjson));
  EXPECT_EQ(out.lines, "{:level 17 :msg \"up\"}\n");
  ASSERT_EQ(out.rejections.size(), 3u);
  EXPECT_EQ(out.rejections[0].line, 2u);
  EXPECT_EQ(out.rejections[0].details_edn.substr(0, 24), "{:code :clogs/wrong-type");
  EXPECT_EQ(out.rejections[2].line, 4u);
}

TEST(LinesTest, TextFormatReadsNothingElse) {
  EXPECT_EQ(lines_of("{\"msg\":\"up\"}\n{:a 1}\n", options(LineFormat::text)),
            "{:message \"{\\\"msg\\\":\\\"up\\\"}\"}\n{:message \"{:a 1}\"}\n");
}

TEST(LinesTest, EdnIsToldByItsBeginning) {
  EXPECT_EQ(lines_of("; notes\n{:a 1\n :b \"x\"} {:c 2}\n"), "{:a 1 :b \"x\"}\n{:c 2}\n");
  EXPECT_EQ(lines_of("[{:a 1}\n {:c 2}]\n"), "{:a 1}\n{:c 2}\n");
  EXPECT_EQ(lines_of("#:n{:a 1}"), "{:n/a 1}\n");
  EXPECT_EQ(lines_of("[11.23 20:25:57] app.exe - up"),
            "{:timestamp #inst \"2026-11-23T20:25:57Z\" :message \"[11.23 20:25:57] app.exe - "
            "up\"}\n");
}

TEST(LinesTest, EdnGoesOnBehindABadRecord) {
  const Converted out =
      convert("{:a 1}\n{:b ]}\n{:c 2}\n5 {:clogs/id 1}\n{:d 3", options(LineFormat::edn));
  EXPECT_EQ(out.lines, "{:a 1}\n{:c 2}\n");
  ASSERT_EQ(out.rejections.size(), 4u);
  EXPECT_EQ(out.rejections[0].line, 2u);
  EXPECT_EQ(out.rejections[0].error.substr(0, 17), "line 2, column 5:");
  EXPECT_EQ(out.rejections[1].line, 4u);
  EXPECT_EQ(out.rejections[1].error, "a record is a map, not the integer 5");
  EXPECT_EQ(out.rejections[3].line, 5u);
  EXPECT_EQ(out.counts.rejected, 4u);
  EXPECT_EQ(out.counts.lines, 5u);
}

TEST(LinesTest, ARestoreTakesTheStoresKeys) {
  LineOptions given = options(LineFormat::edn);
  given.accept_meta = true;
  const char* line = "{:clogs/id \"0123456789abcdeffe0100000fed\" :a 1}\n";
  EXPECT_EQ(lines_of(line, given), line);
}

TEST(LinesTest, LongLinesAreRefusedAndTheRestRead) {
  LineOptions given = options(LineFormat::text);
  given.limits.max_bytes = 100;
  const std::string text = "a\n" + std::string(500, 'x') + "\nb\n" + std::string(95, 'y') + "\nc";
  for (size_t piece : {size_t{7}, SIZE_MAX}) {
    const Converted out = convert(text, given, piece);
    EXPECT_EQ(out.lines, "{:message \"a\"}\n{:message \"b\"}\n{:message \"c\"}\n");
    ASSERT_EQ(out.rejections.size(), 2u);
    EXPECT_EQ(out.rejections[0].line, 2u);
    EXPECT_EQ(out.rejections[1].line, 4u);
    EXPECT_EQ(out.counts.lines, 5u);
  }
}

TEST(LinesTest, PiecesDoNotMatter) {
  const std::string texts[] = {
      "2026-11-23 20:25:57 INFO a\r\ncaf\xE9\n\n{\"msg\":\"x\"}\nlast",
      "{:a \"x\ny\"}\n{:b ]\n{:c #{1 2}} ; note\n[1]\n{:d 4}",
      "[{:a 1} {:b 2}\n{:c 3}]",
  };
  for (const std::string& text : texts) {
    const Converted whole = convert(text);
    for (size_t piece = 1; piece < text.size(); ++piece) {
      LineOptions given = options();
      if (text[0] != '2') given.format = LineFormat::edn;
      const Converted pieces = convert(text, given, piece);
      EXPECT_EQ(pieces.lines, whole.lines) << piece;
      EXPECT_EQ(pieces.counts.rejected, whole.counts.rejected) << piece;
      EXPECT_EQ(pieces.counts.lines, whole.counts.lines) << piece;
    }
  }
}

TEST(LinesTest, FormatsByName) {
  EXPECT_EQ(*line_format_of("auto"), LineFormat::automatic);
  EXPECT_EQ(*line_format_of("text"), LineFormat::text);
  EXPECT_EQ(line_format_of("xml").status().message(),
            "unknown format \"xml\", expected auto, edn, ndjson or text");
}

}  // namespace
}  // namespace clogs::ingest
