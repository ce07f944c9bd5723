#include "core/edn/json_writer.h"

#include <gtest/gtest.h>

#include "core/edn/reader.h"

namespace clogs::edn {
namespace {

std::string json_of(std::string_view edn) {
  Tape tape;
  Status status = read_one(edn, tape);
  if (!status.ok()) return status.to_string();
  std::string out;
  write_json(tape.root(), out);
  return out;
}

TEST(JsonWriter, NumbersAreLegalAndKeepTheirDigits) {
  EXPECT_EQ(json_of("[0 -0 +1 -7 5N 123456789012345678901234567890]"),
            "[0,-0,1,-7,5,123456789012345678901234567890]");
  EXPECT_EQ(json_of("[1. +1. -1.e5 1.50 1e5 1E-05 001. 008.5]"),
            "[1.0,1.0,-1.0e5,1.50,1e5,1E-05,1.0,8.5]");
  EXPECT_EQ(json_of("[1.50M 2M 1.M +3e4M]"), "[1.50,2,1.0,3e4]");
  EXPECT_EQ(json_of("[0xFF 017]"), "[255,15]");
}

TEST(JsonWriter, WhatJsonCannotSayIsText) {
  EXPECT_EQ(json_of("[1/3 ##Inf ##-Inf ##NaN]"), R"(["1/3","Inf","-Inf","NaN"])");
  EXPECT_EQ(json_of("[:a/b sym \\newline #uuid \"1-2-3-4-5\"]"),
            R"(["a/b","sym","\n","1-2-3-4-5"])");
  EXPECT_EQ(json_of("#inst \"2026-11-23T14:05:09+02:00\""), R"("2026-11-23T12:05:09Z")");
}

TEST(JsonWriter, CollectionsAndTags) {
  EXPECT_EQ(json_of("[() #{1} {} nil true false]"), "[[],[1],{},null,true,false]");
  EXPECT_EQ(json_of("#my/tag [1]"), R"({"$tag":"my/tag","$value":[1]})");
}

TEST(JsonWriter, KeysAreTheirNames) {
  EXPECT_EQ(json_of("{:a 1 \"b c\" 2 d/e 3 4 5 [6] 7}"),
            R"({"a":1,"b c":2,"d/e":3,"4":5,"[6]":7})");
}

TEST(JsonWriter, StringsAreEscaped) {
  std::string out;
  write_json_string("a\"\\\n\x01\x7F\xC3\xA9", out);
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001\\u007f\xC3\xA9\"");
}

TEST(JsonWriter, WritesValuesAsViews) {
  std::string out;
  write_json(Value::map_of({{"a", Value::integer(1)}}), out);
  EXPECT_EQ(out, R"({"a":1})");
}

}  // namespace
}  // namespace clogs::edn
