#include "server/api/http/target.h"

#include <gtest/gtest.h>

namespace clogs::api {
namespace {

TEST(Target, PathAndQuery) {
  const Target target = split_target("/tail?q=%7B%7D&format=edn&empty=&flag#top");
  EXPECT_EQ(target.path, "/tail");
  EXPECT_EQ(target.parameter("q"), "{}");
  EXPECT_EQ(target.parameter("format"), "edn");
  EXPECT_EQ(target.parameter("empty"), "");
  EXPECT_TRUE(target.has("empty"));
  EXPECT_TRUE(target.has("flag"));
  EXPECT_FALSE(target.has("for"));
  EXPECT_EQ(target.parameter("none"), "");
}

TEST(Target, AbsoluteForm) {
  EXPECT_EQ(split_target("http://host:8080/logs?a=b").path, "/logs");
  EXPECT_EQ(split_target("*").path, "*");
}

TEST(Target, PercentDecoding) {
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("%C3%A9", false), "\xC3\xA9");
  for (const char* broken : {"%", "%4", "%zz", "a%2"}) {
    EXPECT_EQ(percent_decode(broken, true), std::nullopt) << broken;
  }
}

}  // namespace
}  // namespace clogs::api
