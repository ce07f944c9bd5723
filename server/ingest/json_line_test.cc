#include "server/ingest/json_line.h"

#include <gtest/gtest.h>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"

namespace clogs::ingest {
namespace {

std::string mapped(std::string_view json) {
  edn::JsonReader reader;
  edn::Tape line;
  EXPECT_TRUE(reader.read(json, line).ok()) << json;
  edn::Tape record;
  map_json_line(line.root(), record);
  return edn::print(record.root());
}

TEST(JsonLineTest, Pino) {
  EXPECT_EQ(mapped(R"({"level":30,"time":1795465557120,"pid":7,"hostname":"h","msg":"up"})"),
            "{:level \"info\" :timestamp 1795465557120 :pid 7 :hostname \"h\" :message \"up\"}");
  EXPECT_EQ(mapped(R"({"level":60,"msg":"a"})"), "{:level \"fatal\" :message \"a\"}");
  EXPECT_EQ(mapped(R"({"level":35,"msg":"a"})"), "{:level \"info\" :message \"a\"}");
}

TEST(JsonLineTest, Bunyan) {
  EXPECT_EQ(mapped(R"({"name":"app","hostname":"h","pid":7,"level":40,"msg":"slow",)"
                   R"("time":"2026-11-23T20:25:57.120Z","v":0})"),
            "{:name \"app\" :hostname \"h\" :pid 7 :level \"warn\" :message \"slow\" :timestamp "
            "\"2026-11-23T20:25:57.120Z\" :v 0}");
}

TEST(JsonLineTest, Zap) {
  EXPECT_EQ(mapped(R"({"level":"info","ts":1795465557.1201,"caller":"a/b.go:7","msg":"up"})"),
            "{:level \"info\" :timestamp 1795465557.1201 :caller \"a/b.go:7\" :message \"up\"}");
}

TEST(JsonLineTest, Logrus) {
  EXPECT_EQ(
      mapped(R"({"animal":"walrus","level":"warning","msg":"m","time":"2026-11-23T20:25:57Z"})"),
      "{:animal \"walrus\" :level \"warning\" :message \"m\" :timestamp "
      "\"2026-11-23T20:25:57Z\"}");
}

TEST(JsonLineTest, Docker) {
  EXPECT_EQ(mapped(R"({"log":"hello\r\n","stream":"stderr","time":"2026-11-23T20:25:57.1Z"})"),
            "{:message \"hello\" :stream \"stderr\" :timestamp \"2026-11-23T20:25:57.1Z\"}");
}

TEST(JsonLineTest, OurOwnKeysWin) {
  EXPECT_EQ(
      mapped(R"({"timestamp":1,"time":2,"level":"info","severity":"x","message":"m","msg":"n"})"),
      "{:timestamp 1 :time 2 :level \"info\" :severity \"x\" :message \"m\" :msg \"n\"}");
  EXPECT_EQ(mapped(R"({"level":17,"@timestamp":"2026-11-23T20:25:57Z"})"),
            "{:level 17 :timestamp \"2026-11-23T20:25:57Z\"}");
}

TEST(JsonLineTest, WhatDoesNotFitStays) {
  EXPECT_EQ(mapped(R"({"time":"soon","msg":{"a":1},"lvl":null,"ts":{"$date":5}})"),
            "{:time \"soon\" :msg {:a 1} :lvl nil :ts {:$date 5}}");
}

}  // namespace
}  // namespace clogs::ingest
