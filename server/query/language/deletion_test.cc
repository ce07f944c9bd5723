#include "server/query/language/deletion.h"

#include <gtest/gtest.h>

#include "core/base/instant.h"

namespace clogs::query {
namespace {

const int64_t now = parse_rfc3339("2026-11-23T13:00:00Z").value().to_nanos().value();

std::string text_of(std::string_view text, Syntax syntax = Syntax::edn) {
  auto query = parse_deletion(text, syntax, now);
  return query.ok() ? deletion_text(*query) : query.status().message();
}

TEST(ParseDeletion, TakesFiltersInEveryForm) {
  EXPECT_EQ(text_of("[:= :level \"debug\"]"), "{:where [:= :level \"debug\"]}");
  EXPECT_EQ(text_of("{:where {:level \"debug\"} :from :audit}"),
            "{:from :audit :where [:= :level \"debug\"]}");
  EXPECT_EQ(text_of("[\"=\", \"level\", \"debug\"]", Syntax::json),
            "{:where [:= :level \"debug\"]}");
  EXPECT_EQ(text_of("{\"where\": {\"level\": \"debug\"}}", Syntax::json),
            "{:where [:= :level \"debug\"]}");
}

TEST(ParseDeletion, MakesTimesAbsolute) {
  EXPECT_EQ(text_of("{:time \"1h\"}"),
            "{:time {:from #inst \"2026-11-23T12:00:00Z\" :to #inst \"2026-11-23T13:00:00Z\"} "
            ":where :true}");
}

TEST(ParseDeletion, EverythingHasToBeSpelledOut) {
  EXPECT_EQ(text_of(":true"), "{:where :true}");
  EXPECT_EQ(text_of("{:where :true}"), "{:where :true}");
  for (const char* text : {"{}", "{:from :audit}", "{:where [:and]}", "{:where {}}"}) {
    EXPECT_NE(text_of(text).find("this would delete everything"), std::string::npos) << text;
  }
}

TEST(ParseDeletion, ItsTextParsesToItself) {
  for (const char* text : {":true", "[:= :a \"b\\nc\"]",
                           "{:time {:from \"now-2h\"} :where [:day-of-week [:mon]] "
                           ":tz \"Europe/Berlin\"}"}) {
    const std::string canonical = text_of(text);
    EXPECT_EQ(text_of(canonical), canonical);
    EXPECT_EQ(canonical.find('\n'), std::string::npos);
  }
}

TEST(ParseDeletion, OtherClausesAreRefused) {
  for (const char* clause : {":limit 10", ":as-of #inst \"2026-11-23T12:00:00Z\"", ":select [:n]",
                             ":options {}", ":order-by [[:n :asc]]"}) {
    auto query = parse_deletion("{:where [:= :n 1] " + std::string(clause) + "}", Syntax::edn, now);
    ASSERT_FALSE(query.ok()) << clause;
    EXPECT_EQ(query.status().code(), Code::invalid_argument);
    EXPECT_NE(query.status().details().find(":clogs/bad-deletion"), std::string::npos) << clause;
  }
  EXPECT_FALSE(parse_deletion("[:equals :n 1]", Syntax::edn, now).ok());
  EXPECT_FALSE(parse_deletion("", Syntax::edn, now).ok());
  EXPECT_FALSE(parse_deletion("{:where", Syntax::edn, now).ok());
}

}  // namespace
}  // namespace clogs::query
