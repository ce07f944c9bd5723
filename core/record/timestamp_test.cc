#include <gtest/gtest.h>

#include "core/edn/reader.h"
#include "core/record/limits.h"
#include "core/record/record.h"

namespace clogs::record {
namespace {

Result<int64_t> nanos_of(std::string_view text) {
  edn::Tape tape;
  const Status read = edn::read_one(text, tape);
  if (!read.ok()) return read;
  return timestamp_nanos(tape.root());
}

void expect_nanos(std::string_view text, int64_t nanos) {
  const Result<int64_t> result = nanos_of(text);
  ASSERT_TRUE(result.ok()) << text << ": " << result.status().to_string();
  EXPECT_EQ(*result, nanos) << text;
}

TEST(TimestampTest, EpochNumbersByTheirMagnitude) {
  expect_nanos("0", 0);
  expect_nanos("1", 1'000'000'000);
  expect_nanos("1700000000", 1'700'000'000'000'000'000);
  expect_nanos("1700000000123", 1'700'000'000'123'000'000);
  expect_nanos("1700000000123456", 1'700'000'000'123'456'000);
  expect_nanos("1700000000123456789", 1'700'000'000'123'456'789);
  expect_nanos("100000000000", 100'000'000'000'000'000);  // 1e11 is milliseconds already
  expect_nanos("9000000000N", 9'000'000'000'000'000'000);
}

TEST(TimestampTest, DecimalsKeepEveryDigit) {
  expect_nanos("1700000000.123456789", 1'700'000'000'123'456'789);
  expect_nanos("1700000000.1234567899", 1'700'000'000'123'456'789);
  expect_nanos("1700000000123.456789M", 1'700'000'000'123'456'789);
  expect_nanos("1.7e9", 1'700'000'000'000'000'000);
  expect_nanos("1.700000000123456789E+9", 1'700'000'000'123'456'789);
  expect_nanos("17000000000e-1", 1'700'000'000'000'000'000);
  expect_nanos("0.000000001", 1);
  expect_nanos("0.0000000001", 0);
  expect_nanos("0.5", 500'000'000);
  expect_nanos("-0.0", 0);
  expect_nanos("1e-9999", 0);
}

TEST(TimestampTest, TextAndInst) {
  expect_nanos("\"1970-01-01T00:00:01Z\"", 1'000'000'000);
  expect_nanos("\"2023-11-14T22:13:20.123456789+00:00\"", 1'700'000'000'123'456'789);
  expect_nanos("\"2023-11-15T03:43:20+05:30\"", 1'700'000'000'000'000'000);
  expect_nanos("#inst \"2023-11-14T22:13:20.5-00:00\"", 1'700'000'000'500'000'000);
  expect_nanos("#inst \"1970\"", 0);
  expect_nanos("#inst \"2261-12-31T23:59:59.999999999Z\"", max_timestamp_nanos);
}

TEST(TimestampTest, RefusedWithCodeAndReason) {
  for (std::string_view text :
       {"-1", "-0.5", "1/2", "##Inf", "##NaN", "1e99", "9223372036854775808", "9300000000.0",
        "\"yesterday\"", "\"\"", "\"2023-11-14\"", "\"1700000000\"", ":now", "[1]", "true",
        "#inst \"1969-12-31T23:59:59Z\"", "#inst \"2262-01-01\"", "\"9999-12-31T23:59:59Z\""}) {
    const Result<int64_t> result = nanos_of(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_NE(result.status().details().find(":clogs/bad-timestamp"), std::string::npos) << text;
    EXPECT_NE(result.status().message().find("expected an #inst"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace clogs::record
