#include "server/ingest/line_time.h"

#include <string>

#include <gtest/gtest.h>

#include "core/base/instant.h"

namespace clogs::ingest {
namespace {

constexpr int64_t this_year = 2026;

// "SHAPE TIME", the time as RFC 3339, without its Z where it is of a wall clock, its year 0000
// where there is none.
std::string found(std::string_view line, TimeShape hint = TimeShape::none) {
  const auto time = find_line_time(line, hint, this_year);
  if (!time) return "none";
  std::string text = format_rfc3339({time->seconds, time->nanos});
  if (!time->absolute) text.pop_back();
  if (!time->has_year) text = "0000" + text.substr(4);
  return text;
}

TEST(LineTimeTest, Iso) {
  EXPECT_EQ(found("2026-11-23 20:25:57,120 INFO [main] up"), "2026-11-23T20:25:57.12");
  EXPECT_EQ(found("2026-11-23T20:25:57.123456789Z up"), "2026-11-23T20:25:57.123456789Z");
  EXPECT_EQ(found("2026-11-23T20:25:57+01:30 up"), "2026-11-23T18:55:57Z");
  EXPECT_EQ(found("2026/11/23 20:25:57 [error] 7#7: up"), "2026-11-23T20:25:57");
  EXPECT_EQ(found("[2026-11-23 20:25:57.5 +0200] up"), "2026-11-23T18:25:57.5Z");
  EXPECT_EQ(found("2026-11-23 20:25:57 UTC up"), "2026-11-23T20:25:57Z");
  EXPECT_EQ(found("2026-11-23 20:25:57 UTCX up"), "2026-11-23T20:25:57");
  EXPECT_EQ(found("2026-11-23 20:25:57 -42 items"), "2026-11-23T20:25:57");
  EXPECT_EQ(found("2026-11-23 20:25:57, Info   CBS  Up"), "2026-11-23T20:25:57");
  EXPECT_EQ(found("2026-11-23 20:25:57.1234567891234 up"), "2026-11-23T20:25:57.123456789");
}

TEST(LineTimeTest, BehindAName) {
  EXPECT_EQ(found("api.log.1 2026-11-23 20:25:57.008 99 INFO up"), "2026-11-23T20:25:57.008");
  EXPECT_EQ(found("web_1 | 2026-11-23 20:25:57 up"), "2026-11-23T20:25:57");
  EXPECT_EQ(found("<165>1 2026-11-23T20:25:57.003Z host app - up"), "2026-11-23T20:25:57.003Z");
  EXPECT_EQ(found("<34>Nov 23 20:25:57 host su: no"), "0000-11-23T20:25:57");
}

TEST(LineTimeTest, SyslogAndCtime) {
  EXPECT_EQ(found("Jun  4 05:06:07 box app[1]: up"), "0000-06-04T05:06:07");
  EXPECT_EQ(found("Jun 14 2026 05:06:07 box app[1]: up"), "2026-06-14T05:06:07");
  EXPECT_EQ(found("Feb 29 05:06:07 box app: leap"), "0000-02-29T05:06:07");
  EXPECT_EQ(found("[Mon Nov 23 20:25:57 2026] [notice] up"), "2026-11-23T20:25:57");
  EXPECT_EQ(found("[Mon Nov 23 20:25:57.123456 2026] [core:error] up"),
            "2026-11-23T20:25:57.123456");
  EXPECT_EQ(found("Mon Nov 23 20:25:57 UTC 2026 up"), "2026-11-23T20:25:57Z");
}

TEST(LineTimeTest, ShortDates) {
  EXPECT_EQ(found("26/11/23 20:25:57 INFO x.Y: up"), "2026-11-23T20:25:57");
  EXPECT_EQ(found("99/11/23 20:25:57 INFO x.Y: up"), "1999-11-23T20:25:57");
  EXPECT_EQ(found("081109 203615 148 INFO a.B: up"), "2008-11-09T20:36:15");
  EXPECT_EQ(found("11-23 20:25:57.811  17  23 D Win: up"), "0000-11-23T20:25:57.811");
  EXPECT_EQ(found("[11.23 20:25:57] app.exe - up"), "0000-11-23T20:25:57");
  EXPECT_EQ(found("20261123-9:5:7:9|Steps|3|up"), "2026-11-23T09:05:07.009");
  EXPECT_EQ(found("I1123 20:25:57.120000 42 main.go:7] up"), "0000-11-23T20:25:57.12");
}

TEST(LineTimeTest, Clusters) {
  EXPECT_EQ(found("- 1795465557 2026.11.23 R1 2026-11-23-12.25.57.120000 R1 RAS KERNEL INFO up"),
            "2026-11-23T20:25:57.12Z");
  EXPECT_EQ(found("BAD 1795465557 2026.11.23 R1 2026-11-23-12.25.58.120000 R1 RAS APP FATAL up"),
            "2026-11-23T20:25:57Z");
  EXPECT_EQ(found("- 1795465557 2026.11.23 n1 Nov 23 12:25:57 n1/n1 crond[7]: up"),
            "2026-11-23T20:25:57Z");
  EXPECT_EQ(found("4711 node-1 unix.hw net.up 1795465557 1 up"), "2026-11-23T20:25:57Z");
  EXPECT_EQ(found("4711 full partition status 1795465557 -1 up"), "2026-11-23T20:25:57Z");
}

TEST(LineTimeTest, AccessLogfmtAndEpochs) {
  EXPECT_EQ(found("10.0.0.1 - - [23/Nov/2026:20:25:57 +0100] \"GET / HTTP/1.1\" 200 5"),
            "2026-11-23T19:25:57Z");
  EXPECT_EQ(found("level=info time=\"2026-11-23T20:25:57Z\" msg=up"), "2026-11-23T20:25:57Z");
  EXPECT_EQ(found("ts=1795465557.5 level=warn msg=up"), "2026-11-23T20:25:57.5Z");
  EXPECT_EQ(found("1795465557.120 up"), "2026-11-23T20:25:57.12Z");
  EXPECT_EQ(found("1795465557120 up"), "2026-11-23T20:25:57.12Z");
}

TEST(LineTimeTest, WhatIsNoTime) {
  for (std::string_view line :
       {"", "up", "2026-13-01 00:00:00 x", "2026-02-30 00:00:00 x", "2026-11-23 24:00:00 x",
        "2026-11-23", "Foo 12 01:02:03 x", "Feb 30 01:02:03 x", "12345678901 x y",
        "    at a.B.c(B.java:7)", "12:00:00 x", "[", "<", "<1>", "- 99 2026.11.23 x",
        "10.0.0.1 - - [23/Foo/2026:20:25:57 +0100] x"}) {
    EXPECT_EQ(found(line), "none") << line;
  }
}

TEST(LineTimeTest, AWrongHintDoesNotHide) {
  for (auto hint : {TimeShape::iso, TimeShape::cluster, TimeShape::epoch, TimeShape::access}) {
    EXPECT_EQ(found("Jun  4 05:06:07 box app[1]: up", hint), "0000-06-04T05:06:07");
  }
}

TEST(LineTimeTest, EveryCutOfALineIsSafe) {
  for (std::string_view line :
       {"2026-11-23T20:25:57.123+01:30 x", "[Mon Nov 23 20:25:57.123456 UTC 2026] x",
        "- 1795465557 2026.11.23 R1 2026-11-23-12.25.57.120000 R1 RAS KERNEL INFO up",
        "10.0.0.1 - - [23/Nov/2026:20:25:57 +0100] x", "ts=1795465557.5 x",
        "<165>1 2026-11-23T20:25:57.003Z x"}) {
    for (size_t size = 0; size <= line.size(); ++size) {
      const std::string part(line.substr(0, size));
      const auto time = find_line_time(part, TimeShape::none, this_year);
      if (time) {
        EXPECT_LE(time->end, part.size());
      }
    }
  }
}

}  // namespace
}  // namespace clogs::ingest
