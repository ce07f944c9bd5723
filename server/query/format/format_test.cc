#include "server/query/format.h"

#include <gtest/gtest.h>

#include "core/edn/reader.h"
#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

class FormatTest : public QueryTest {
 protected:
  FormatTest() {
    add(R"({:n 1 :timestamp "2026-11-23T10:00:00+01:00" :level :error :message "a,b \"q\""}
{:n 2.5M :at #inst "2026-11-23T10:00:00.500Z" :ratio 1/3 :tags #{"x"} :k8s {:pod "p"}}
{"a b" nil :n 12345678901234567890 :message "line\nbreak" :e ""})");
  }

  std::string answer(std::string_view text, Format format) {
    std::string all;
    const auto formatter = make_formatter(format, [&all](std::string_view piece) {
      all += piece;
      return ok_status();
    });
    const auto prepared = engine.prepare(text, Syntax::edn);
    if (!prepared.ok()) return format_error(prepared.status(), format);
    const Status status = engine.run(**prepared, "default", *formatter);
    EXPECT_TRUE(status.ok()) << status.message();
    return all;
  }
};

TEST_F(FormatTest, EdnIsOneMapWithTheShapeOfTheLanguage) {
  const std::string text = answer("{:where [:= :n 1] :options {:digest true}}", Format::edn);
  const auto read = edn::read_value(text);
  ASSERT_TRUE(read.ok()) << text;
  EXPECT_TRUE(read->find("success")->truth());
  EXPECT_TRUE(read->find("columns")->is_nil());
  EXPECT_EQ(edn::print(*read->find("data")),
            "[{:n 1 :timestamp \"2026-11-23T10:00:00+01:00\" :level :error :message "
            "\"a,b \\\"q\\\"\"}]");
  EXPECT_EQ(edn::print(*read->find("count")), "1");
  EXPECT_EQ(edn::print(*read->find("total-count")), "{:value 1 :relation :eq}");
  EXPECT_TRUE(read->find("next")->is_nil());
  EXPECT_EQ(edn::print(*read->find("approx")), "#{}");
  EXPECT_FALSE(read->find("partial")->truth());
  EXPECT_EQ(edn::print(*read->find("warnings")), "[]");
  EXPECT_EQ(edn::print(*read->find("query")->find("canonical")), "{:where [:= :n 1]}");
  EXPECT_TRUE(read->find("query")->find("hash")->text().starts_with("sha256:"));
  EXPECT_EQ(edn::print(*read->find("snapshot")->find("as-of")), "#inst \"2026-11-23T12:00:00Z\"");
  EXPECT_EQ(read->find("snapshot")->find("digest")->text().size(), 71U);
  EXPECT_EQ(edn::print(*read->find("stats")->find("scanned-rows")), "3");
}

TEST_F(FormatTest, JsonKeepsDigitsAndShowsInstantsInUtc) {
  const std::string text =
      answer("{:select [:n :at :ratio :tags] :order-by [[:n :asc]] :offset 1}", Format::json);
  EXPECT_TRUE(text.starts_with(
      "{\"success\":true,\"columns\":[\"n\",\"at\",\"ratio\",\"tags\"],\"data\":["
      "{\"n\":2.5,\"at\":\"2026-11-23T10:00:00.5Z\",\"ratio\":\"1/3\",\"tags\":[\"x\"]},"
      "{\"n\":12345678901234567890}],\"count\":2,\"total-count\":{\"value\":3,\"relation\":\"eq\"}"
      ","))
      << text;
}

TEST_F(FormatTest, NdjsonIsRowsAndNothingElse) {
  EXPECT_EQ(answer("{:select [:n :timestamp] :order-by [:n] :limit 2}", Format::ndjson),
            "{\"n\":1,\"timestamp\":\"2026-11-23T10:00:00+01:00\"}\n{\"n\":2.5}\n");
  EXPECT_EQ(answer("{:where :false}", Format::ndjson), "");
}

TEST_F(FormatTest, CsvQuotesNestsAsJsonAndLeavesMissingEmpty) {
  EXPECT_EQ(answer("{:select [:n :message :k8s :e :at] :order-by [:n]}", Format::csv),
            "n,message,k8s,e,at\r\n"
            "1,\"a,b \"\"q\"\"\",,,\r\n"
            "2.5,,\"{\"\"pod\"\":\"\"p\"\"}\",,2026-11-23T10:00:00.5Z\r\n"
            "12345678901234567890,\"line\nbreak\",,\"\",\r\n");
}

TEST_F(FormatTest, CsvColumnsAreTheUnionByFirstAppearance) {
  const std::string text = answer("{:order-by [:n]}", Format::csv);
  EXPECT_TRUE(text.starts_with("n,timestamp,level,message,at,ratio,tags,k8s,a b,e\r\n1,")) << text;
  EXPECT_EQ(answer("{:where :false}", Format::csv), "");
  EXPECT_EQ(answer("{:where :false :select [:n]}", Format::csv), "n\r\n");
}

TEST_F(FormatTest, TablesAlignTheirColumns) {
  EXPECT_EQ(answer("{:select [:n :level] :order-by [:n] :limit 2}", Format::table),
            "n     level\n----  -----\n1     error\n2.5M\n");
}

TEST_F(FormatTest, ErrorsAreASentenceAndData) {
  const std::string json = answer("{:where [:equals :a 1]}", Format::json);
  EXPECT_TRUE(json.starts_with("{\"success\":false,\"error\":\"Invalid query: ")) << json;
  EXPECT_NE(json.find("\"code\":\"clogs/unknown-operator\""), std::string::npos);
  EXPECT_EQ(format_error(Status(Code::unavailable, "not now"), Format::edn),
            "{:success false :error \"not now\" :details {:code :clogs/unavailable}}");
}

TEST_F(FormatTest, AFailedWriteEndsTheQuery) {
  const auto formatter = make_formatter(Format::ndjson, [](std::string_view) {
    return Status(Code::cancelled, "the client went away");
  });
  const auto prepared = engine.prepare("{}", Syntax::edn);
  ASSERT_TRUE(prepared.ok());
  EXPECT_EQ(engine.run(**prepared, "default", *formatter).code(), Code::cancelled);
}

}  // namespace
}  // namespace clogs::query::testing
