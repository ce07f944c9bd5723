#include "clogs/options.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/encode/options_table.h"

namespace clogs {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

using Variables = std::map<std::string, std::string>;

Options from(const Variables& variables) {
  return Options::from_environment([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(OptionsTest, AnEmptyEnvironmentGivesTheDefaults) {
  const Options options = from({});
  const Options defaults;
  for (const encode::OptionInfo& info : encode::option_table()) {
    EXPECT_EQ(options.get(info.name).value(), defaults.get(info.name).value()) << info.name;
  }
  EXPECT_THAT(options.warnings, IsEmpty());
}

TEST(OptionsTest, DefaultsAreLegalAndNeedNoCorrection) {
  Options options;
  options.correct();
  EXPECT_THAT(options.warnings, IsEmpty());
  for (const encode::OptionInfo& info : encode::option_table()) {
    const std::string text = options.get(info.name).value();
    EXPECT_TRUE(options.set(info.name, text).ok()) << info.name;
    EXPECT_EQ(options.get(info.name).value(), text) << info.name;
  }
}

TEST(OptionsTest, EveryKindIsReadFromItsVariable) {
  const Options options = from({{"CLOGS_ENDPOINT", "a:1,b:2"},
                                {"CLOGS_HEADERS", "x-a=1, x-b = two=2"},
                                {"CLOGS_LEVEL", "WARNING"},
                                {"CLOGS_QUEUE_MAX_RECORDS", "1000"},
                                {"CLOGS_QUEUE_MAX_BYTES", "2000000"},
                                {"CLOGS_ON_FULL", "spool"},
                                {"CLOGS_FLUSH_INTERVAL_MS", "250"},
                                {"CLOGS_SPOOL_SYNC", "TRUE"},
                                {"CLOGS_REDACT_KEYS", "pin, ,iban,"}});
  EXPECT_THAT(options.warnings, IsEmpty());
  EXPECT_EQ(options.endpoint, "a:1,b:2");
  EXPECT_THAT(options.headers, ElementsAre(Pair("x-a", "1"), Pair("x-b", "two=2")));
  EXPECT_EQ(options.level, Level::warn);
  EXPECT_EQ(options.queue_max_records, 1000u);
  EXPECT_EQ(options.queue_max_bytes, 2'000'000u);
  EXPECT_EQ(options.on_full, OnFull::spool);
  EXPECT_EQ(options.flush_interval, milliseconds(250));
  EXPECT_TRUE(options.spool_sync);
  EXPECT_THAT(options.redact_keys, ElementsAre("pin", "iban"));
}

TEST(OptionsTest, CodeBeatsTheEnvironment) {
  Options options = from({{"CLOGS_SERVICE", "shop"}, {"CLOGS_STREAM", "audit"}});
  options.service = "cart";
  ASSERT_TRUE(options.set("max_in_flight", "2").ok());
  options.correct();
  EXPECT_EQ(options.service, "cart");
  EXPECT_EQ(options.stream, "audit");
  EXPECT_EQ(options.max_in_flight, 2u);
}

TEST(OptionsTest, AnEmptyVariableCountsAsAbsent) {
  EXPECT_EQ(from({{"CLOGS_STREAM", " "}}).stream, "logs");
}

TEST(OptionsTest, TheVariableOfEnabledSaysTheOpposite) {
  EXPECT_FALSE(from({{"CLOGS_DISABLED", "1"}}).enabled);
  EXPECT_TRUE(from({{"CLOGS_DISABLED", "0"}}).enabled);
}

TEST(OptionsTest, AWrongVariableFallsBackWithOneSentence) {
  const Options options = from({{"CLOGS_ON_FULL", "maybe"},
                                {"CLOGS_BATCH_MAX_RECORDS", "0"},
                                {"CLOGS_RETRY_MAX_MS", "1s"},
                                {"CLOGS_DISABLED", "perhaps"},
                                {"CLOGS_LEVEL", "loud"}});
  EXPECT_THAT(
      options.warnings,
      ElementsAre("option level is 'loud' (from CLOGS_LEVEL), expected trace, debug, info, warn, "
                  "error or fatal; it is now trace",
                  "option enabled is 'perhaps' (from CLOGS_DISABLED), expected 1, true, yes, on, "
                  "0, false, no or off; it is now true",
                  "option on_full is 'maybe' (from CLOGS_ON_FULL), expected one of drop_newest, "
                  "drop_oldest, block, spool; it is now drop_newest",
                  "option batch_max_records is '0' (from CLOGS_BATCH_MAX_RECORDS), expected an "
                  "integer from 1 to 100000; it is now 512",
                  "option retry_max is '1s' (from CLOGS_RETRY_MAX_MS), expected milliseconds from "
                  "1 to 3600000; it is now 30000"));
  EXPECT_EQ(options.batch_max_records, 512u);
}

TEST(OptionsTest, ASecretIsNeverShown) {
  const Options wrong = from({{"CLOGS_HEADERS", "hunter2"}, {"CLOGS_API_KEY", "hunter2"}});
  ASSERT_EQ(wrong.warnings.size(), 1u);
  EXPECT_THAT(wrong.warnings[0], Not(HasSubstr("hunter2")));
  EXPECT_EQ(wrong.get("api_key").value(), "(secret)");
  Options options;
  EXPECT_THAT(options.set("headers", "hunter2").to_string(), Not(HasSubstr("hunter2")));
}

TEST(OptionsTest, OtelNamesAreReadWhereOursAreAbsent) {
  const Variables otel = {
      {"OTEL_SERVICE_NAME", "cart"},
      {"OTEL_RESOURCE_ATTRIBUTES", "service.name=other,service.version=1.2,zone=a%20b%2"},
      {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317/v1"}};
  const Options options = from(otel);
  EXPECT_EQ(options.service, "cart");
  EXPECT_EQ(options.version, "1.2");
  EXPECT_THAT(options.resource, ElementsAre(Pair("zone", "a b%2")));
  EXPECT_EQ(options.endpoint, "localhost:9090") << "only with CLOGS_OTEL_ENV=1";

  Variables asked = otel;
  asked["CLOGS_OTEL_ENV"] = "1";
  EXPECT_EQ(from(asked).endpoint, "collector:4317");
  asked["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://collector:4317";
  EXPECT_EQ(from(asked).endpoint, "https://collector:4317");
  asked["CLOGS_ENDPOINT"] = "mine:1";
  asked["CLOGS_SERVICE"] = "mine";
  EXPECT_EQ(from(asked).endpoint, "mine:1");
  EXPECT_EQ(from(asked).service, "mine");
}

TEST(OptionsTest, ValuesOutOfRangeInCodeBecomeTheDefault) {
  Options options;
  options.max_in_flight = 65;
  options.request_timeout = milliseconds(-1);
  options.compression = static_cast<Compression>(9);
  options.level = static_cast<Level>(77);
  options.correct();
  EXPECT_EQ(options.warnings.size(), 4u);
  EXPECT_EQ(options.max_in_flight, 4u);
  EXPECT_EQ(options.request_timeout, milliseconds(10000));
  EXPECT_EQ(options.compression, Compression::none);
  EXPECT_EQ(options.level, Level::trace);
}

TEST(OptionsTest, ABatchIsNotLargerThanItsQueue) {
  Options quiet;
  quiet.queue_max_records = 100;
  quiet.correct();
  EXPECT_EQ(quiet.batch_max_records, 100u);
  EXPECT_THAT(quiet.warnings, IsEmpty()) << "nobody chose the default of the batch";

  Options options;
  options.queue_max_records = 100;
  options.batch_max_records = 200;
  options.queue_max_bytes = 10000;
  options.batch_max_bytes = 20000;
  options.retry_initial = milliseconds(40000);
  options.correct();
  EXPECT_EQ(options.batch_max_records, 100u);
  EXPECT_EQ(options.batch_max_bytes, 10000u);
  EXPECT_EQ(options.retry_initial, options.retry_max);
  EXPECT_THAT(options.warnings,
              ElementsAre("option batch_max_records is 200, expected at most queue_max_records; it "
                          "is now 100",
                          HasSubstr("batch_max_bytes"), HasSubstr("retry_initial")));
}

TEST(OptionsTest, UnknownNamesAndWrongValuesAreRefusedAndChangeNothing) {
  Options options;
  EXPECT_EQ(options.set("nope", "1").code(), Code::not_found);
  EXPECT_EQ(options.get("nope").status().code(), Code::not_found);
  for (const auto& [name, value] : Variables{{"max_in_flight", "65"},
                                             {"max_in_flight", "-1"},
                                             {"max_in_flight", ""},
                                             {"max_in_flight", "99999999999999999999"},
                                             {"resource", "=v"},
                                             {"on_full", "DROP"},
                                             {"redact", "2"}}) {
    const std::string before = options.get(name).value();
    EXPECT_EQ(options.set(name, value).code(), Code::invalid_argument) << name << "=" << value;
    EXPECT_EQ(options.get(name).value(), before);
  }
}

}  // namespace
}  // namespace clogs
