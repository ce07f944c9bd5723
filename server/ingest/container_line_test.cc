#include "server/ingest/container_line.h"

#include <gtest/gtest.h>

#include "core/edn/json_reader.h"
#include "server/ingest/testing/convert_lines.h"

namespace clogs::ingest {
namespace {

using testing::convert;
using testing::Converted;
using testing::lines_of;
using testing::options;

TEST(CriLineTest, WholeAndPart) {
  const auto whole = read_cri_line("2024-05-01T10:00:00.123456789Z stdout F a message");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->pipe, Pipe::out);
  EXPECT_EQ(whole->time, "2024-05-01T10:00:00.123456789Z");
  EXPECT_EQ(whole->text, "a message");
  EXPECT_TRUE(whole->whole);
  const auto part = read_cri_line("2024-05-01T10:00:00+02:00 stderr P:tag  x");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->pipe, Pipe::err);
  EXPECT_EQ(part->text, " x");
  EXPECT_FALSE(part->whole);
  EXPECT_EQ(read_cri_line("2024-05-01T10:00:00Z stdout F")->text, "");
}

TEST(CriLineTest, OtherLinesAreNone) {
  for (std::string_view line :
       {"", "2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z stdout", "2024-05-01T10:00:00Z out F x",
        "2024-05-01T10:00:00Z stdout X x", "2024-05-01T25:00:00Z stdout F x",
        "2024-05-01 10:00:00 stdout F x", "xxxxxxxxxxT stdout F x"}) {
    EXPECT_FALSE(read_cri_line(line)) << line;
  }
}

TEST(DockerEntryTest, OnlyWhatDockerWrites) {
  const auto is_docker = [](std::string_view json) {
    edn::JsonReader reader;
    edn::Tape tape;
    EXPECT_TRUE(reader.read(json, tape).ok()) << json;
    return read_docker_entry(tape.root()).has_value();
  };
  EXPECT_TRUE(is_docker(R"({"log":"a\n","stream":"stdout","time":"2024-05-01T10:00:00Z"})"));
  EXPECT_FALSE(is_docker(R"({"log":"a\n","stream":"audit","time":"2024-05-01T10:00:00Z"})"));
  EXPECT_FALSE(is_docker(R"({"log":"a\n","stream":"stdout","time":"soon"})"));
  EXPECT_FALSE(is_docker(R"({"log":{"a":1},"stream":"stdout","time":"2024-05-01T10:00:00Z"})"));
  EXPECT_FALSE(is_docker(R"({"log":"a\n","stream":"stdout"})"));
}

std::string docker(std::string_view log, std::string_view rest = "",
                   std::string_view to = "stdout") {
  return "{\"log\":\"" + std::string(log) + "\",\"stream\":\"" + std::string(to) +
         "\",\"time\":\"2024-05-01T10:00:00.5Z\"" + std::string(rest) + "}\n";
}

TEST(ContainerLinesTest, DockerTextHasTheRuntimesTimeAndTheLinesLevel) {
  EXPECT_EQ(lines_of(docker("WARN slow\\r\\n", R"(,"attrs":{"tag":"x"})")),
            "{:timestamp \"2024-05-01T10:00:00.5Z\" :level \"warn\" :message \"WARN slow\" :stream "
            "\"stdout\" :attrs {:tag \"x\"}}\n");
}

TEST(ContainerLinesTest, WhatTheContainerWroteAsJsonIsTheRecord) {
  EXPECT_EQ(lines_of(docker(R"({\"level\":30,\"time\":1714557600000,\"msg\":\"up\"}\n)")),
            "{:level \"info\" :timestamp 1714557600000 :message \"up\" :stream \"stdout\"}\n");
  EXPECT_EQ(lines_of(docker(R"({\"msg\":\"up\",\"stream\":\"kafka\",\"attrs\":1}\n)",
                            R"(,"attrs":{"tag":"x"})")),
            "{:message \"up\" :stream \"kafka\" :attrs 1 :timestamp "
            "\"2024-05-01T10:00:00.5Z\"}\n");
  EXPECT_EQ(lines_of("2024-05-01T10:00:00Z stderr F {\"msg\":\"up\"}\n"),
            "{:message \"up\" :timestamp \"2024-05-01T10:00:00Z\" :stream \"stderr\"}\n");
}

TEST(ContainerLinesTest, JsonThatIsNoRecordStaysText) {
  EXPECT_EQ(lines_of(docker(R"({\"thread\":7}\n)")),
            "{:timestamp \"2024-05-01T10:00:00.5Z\" :message \"{\\\"thread\\\":7}\" :stream "
            "\"stdout\"}\n");
  EXPECT_EQ(lines_of("2024-05-01T10:00:00Z stdout F {no}\n"),
            "{:timestamp \"2024-05-01T10:00:00Z\" :message \"{no}\" :stream \"stdout\"}\n");
}

TEST(ContainerLinesTest, PartsOfAPipeAreJoinedWhateverComesBetween) {
  const std::string message = ":message \"one two three\" :stream \"stdout\"}\n";
  const std::string between = ":message \"between\" :stream \"stderr\"}\n";
  const std::string docker_lines = lines_of(docker("one ") + docker("between\\n", "", "stderr") +
                                            docker("two ") + docker("three\\n"));
  EXPECT_NE(docker_lines.find(message), std::string::npos) << docker_lines;
  EXPECT_NE(docker_lines.find(between), std::string::npos) << docker_lines;
  const std::string cri = lines_of(
      "2024-05-01T10:00:00Z stdout P one \n2024-05-01T10:00:01Z stderr F between\n"
      "2024-05-01T10:00:02Z stdout P two \n2024-05-01T10:00:03Z stdout F three\n");
  EXPECT_NE(cri.find("{:timestamp \"2024-05-01T10:00:00Z\" " + message), std::string::npos) << cri;
  EXPECT_NE(cri.find(between), std::string::npos) << cri;
}

TEST(ContainerLinesTest, PartsOfJsonAreOneRecord) {
  EXPECT_EQ(lines_of(docker(R"({\"msg\":\"u)") + docker(R"(p\"}\n)")),
            "{:message \"up\" :timestamp \"2024-05-01T10:00:00.5Z\" :stream \"stdout\"}\n");
}

TEST(ContainerLinesTest, AWholeObjectWithoutItsLineBreakIsNoPart) {
  const Converted out = convert(docker(R"({\"n\":1})") + docker(R"({\"n\":2})"));
  EXPECT_EQ(out.counts.records, 2u) << out.lines;
}

TEST(ContainerLinesTest, ACharacterThatPartsCutIsWhole) {
  const Converted out =
      convert("2024-05-01T10:00:00Z stdout P caf\xC3\n2024-05-01T10:00:00Z stdout F \xA9\n");
  EXPECT_NE(out.lines.find("caf\xC3\xA9"), std::string::npos) << out.lines;
  EXPECT_EQ(out.counts.repaired_lines, 0u);
}

TEST(ContainerLinesTest, APartWithoutItsEndIsARecordAtTheEndOfTheFile) {
  EXPECT_NE(lines_of(docker("alone")).find(":message \"alone\""), std::string::npos);
}

TEST(ContainerLinesTest, APartedLineBeyondTheLimitIsRefusedAndTheNextIsRead) {
  LineOptions given = options();
  given.limits.max_bytes = 300;
  std::string text;
  for (int i = 0; i < 10; ++i) text += docker(std::string(100, 'x'));
  const Converted out = convert(text + docker("end\\n") + docker("next\\n"), given);
  ASSERT_EQ(out.rejections.size(), 1u);
  EXPECT_EQ(out.rejections[0].line, 1u);
  EXPECT_EQ(out.counts.records, 1u);
  EXPECT_NE(out.lines.find(":message \"next\""), std::string::npos) << out.lines;
}

TEST(ContainerLinesTest, TracesAreJoinedPerPipe) {
  const std::string lines =
      lines_of(docker("ERROR failed\\n", "", "stderr") +
               docker("\\tat a.B.c(B.java:1)\\n", "", "stderr") + docker("fine\\n"));
  EXPECT_NE(lines.find(R"-(:message "ERROR failed\n\tat a.B.c(B.java:1)")-"), std::string::npos)
      << lines;
}

}  // namespace
}  // namespace clogs::ingest
