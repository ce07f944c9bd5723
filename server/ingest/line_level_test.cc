#include "server/ingest/line_level.h"

#include <gtest/gtest.h>

namespace clogs::ingest {
namespace {

std::string level_of(std::string_view line) {
  const auto time = find_line_time(line, TimeShape::none, 2026);
  return find_line_level(line, time.value_or(LineTime{}));
}

TEST(LineLevelTest, BesideTheTime) {
  EXPECT_EQ(level_of("2026-11-23 20:25:57,120 INFO [main] a.B: up"), "info");
  EXPECT_EQ(level_of("2026-11-23 20:25:57,120 - WARN  [peer[id=1]/0:0:1] - slow"), "warn");
  EXPECT_EQ(level_of("2026-11-23 20:25:57.120 [IPC handler 19 on 62] ERROR a.B - down"), "error");
  EXPECT_EQ(level_of("2026-11-23 20:25:57, Info                  CBS    Loaded"), "info");
  EXPECT_EQ(level_of("api.log 2026-11-23 20:25:57.008 257 CRITICAL a.b [req-1] down"), "critical");
  EXPECT_EQ(level_of("2026-11-23 20:25:57 - my.module - DEBUG - x"), "debug");
  EXPECT_EQ(level_of("2026/11/23 20:25:57 [error] 7#7: *1 open() failed"), "error");
  EXPECT_EQ(level_of("[Mon Nov 23 20:25:57 2026] [notice] up"), "notice");
  EXPECT_EQ(level_of("[Mon Nov 23 20:25:57.1 2026] [core:error] [pid 7] down"), "error");
  EXPECT_EQ(level_of("081109 203615 148 WARN dfs.X: up"), "warn");
  EXPECT_EQ(level_of("26/11/23 20:25:57 FATAL x.Y: down"), "fatal");
}

TEST(LineLevelTest, InItsColumn) {
  EXPECT_EQ(level_of("11-23 20:25:57.811  17  23 D Win: up"), "debug");
  EXPECT_EQ(level_of("11-23 20:25:57.811  17  23 V Win: up"), "trace");
  EXPECT_EQ(level_of("- 1795465557 2026.11.23 R1 2026-11-23-12.25.57.1 R1 RAS KERNEL SEVERE x"),
            "severe");
  EXPECT_EQ(level_of("W1123 20:25:57.120000 42 main.go:7] slow"), "warn");
  EXPECT_EQ(level_of("<165>1 2026-11-23T20:25:57.003Z host app - up"), "notice");
  EXPECT_EQ(level_of("<34>Nov 23 20:25:57 host su: no"), "critical");
  EXPECT_EQ(level_of("level=warning time=\"2026-11-23T20:25:57Z\" msg=slow"), "warning");
  EXPECT_EQ(level_of("2026-11-23T20:25:57Z some.logger x y z level=error msg=down"), "error");
}

TEST(LineLevelTest, WithoutATime) {
  EXPECT_EQ(level_of("ERROR cannot open"), "error");
  EXPECT_EQ(level_of("[INFO] BUILD SUCCESS"), "info");
  EXPECT_EQ(level_of("WARN: slow"), "warn");
  EXPECT_EQ(level_of("INFO:     10.0.0.1:7 - \"GET /\""), "info");
}

TEST(LineLevelTest, AMessageThatTalksOfErrorsHasNone) {
  for (std::string_view line :
       {"Jun  4 05:06:07 box kernel: error: disk full", "Jun  4 05:06:07 box app: Warning: slow",
        "2026-11-23 20:25:57 an error came", "2026-11-23 20:25:57 the Error came",
        "[11.23 20:25:57] app.exe - host:80 error : Could not connect",
        "4711 node-1 unix.hw error 1795465557 1 up", "20261123-9:5:7:9|Steps|3|error",
        "10.0.0.1 - - [23/Nov/2026:20:25:57 +0100] \"GET /ERROR HTTP/1.1\" 500 5", "",
        "- 1795465557 2026.11.23 n1 Nov 23 12:25:57 n1/n1 ERROR FATAL x",
        "2026-11-23 20:25:57 12 17 24 x", "2026-11-23 20:25:57 a b c d ERROR", "no error here"}) {
    EXPECT_EQ(level_of(line), "") << line;
  }
}

}  // namespace
}  // namespace clogs::ingest
