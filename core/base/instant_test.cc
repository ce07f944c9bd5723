#include "core/base/instant.h"

#include <limits>

#include <gtest/gtest.h>

namespace clogs {
namespace {

std::string reformat(std::string_view text) {
  Result<Instant> instant = parse_rfc3339(text);
  return instant.ok() ? format_rfc3339(*instant) : "refused";
}
std::string reformat_inst(std::string_view text) {
  Result<Instant> instant = parse_inst(text);
  return instant.ok() ? format_rfc3339(*instant) : "refused";
}

TEST(Rfc3339, ReadsAnyOffset) {
  EXPECT_EQ(reformat("2026-11-23T14:05:09Z"), "2026-11-23T14:05:09Z");
  EXPECT_EQ(reformat("2026-11-23t14:05:09z"), "2026-11-23T14:05:09Z");
  EXPECT_EQ(reformat("2026-11-23 14:05:09Z"), "2026-11-23T14:05:09Z");
  EXPECT_EQ(reformat("2026-11-23T14:05:09+05:30"), "2026-11-23T08:35:09Z");
  EXPECT_EQ(reformat("2026-11-23T23:05:09-02:00"), "2026-11-24T01:05:09Z");
  EXPECT_EQ(reformat("2026-11-23T14:05:09-00:00"), "2026-11-23T14:05:09Z");
}

TEST(Rfc3339, KeepsNineDigits) {
  EXPECT_EQ(reformat("2026-11-23T14:05:09.5Z"), "2026-11-23T14:05:09.5Z");
  EXPECT_EQ(reformat("2026-11-23T14:05:09.120Z"), "2026-11-23T14:05:09.12Z");
  EXPECT_EQ(reformat("2026-11-23T14:05:09.123456789Z"), "2026-11-23T14:05:09.123456789Z");
  EXPECT_EQ(reformat("2026-11-23T14:05:09.000000001Z"), "2026-11-23T14:05:09.000000001Z");
}

TEST(Rfc3339, CountsALeapSecondAsTheNext) {
  EXPECT_EQ(reformat("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00Z");
  EXPECT_EQ(reformat("2016-12-31T23:58:60Z"), "refused");
}

TEST(Rfc3339, RefusesTheRest) {
  for (std::string_view text : {"",
                                "2026",
                                "2026-11-23",
                                "2026-11-23T14:05Z",
                                "2026-11-23T14:05:09",
                                "2026-11-23T14:05:09.Z",
                                "2026-11-23T14:05:09.1234567890Z",
                                "2026-11-23T14:05:09+0530",
                                "2026-11-23T14:05:09+24:00",
                                "2026-11-23T14:05:09+05:60",
                                "2026-11-23T14:05:09ZZ",
                                " 2026-11-23T14:05:09Z",
                                "2026-02-29T00:00:00Z",
                                "2100-02-29T00:00:00Z",
                                "2026-13-01T00:00:00Z",
                                "2026-00-01T00:00:00Z",
                                "2026-01-32T00:00:00Z",
                                "2026-01-00T00:00:00Z",
                                "2026-01-01T24:00:00Z",
                                "2026-01-01T00:60:00Z",
                                "2026-01-01T00:00:61Z",
                                "26-01-01T00:00:00Z",
                                "02026-01-01T00:00:00Z",
                                "2026/01/01T00:00:00Z",
                                "2026-1-1T00:00:00Z",
                                "-026-01-01T00:00:00Z"}) {
    EXPECT_EQ(reformat(text), "refused") << text;
  }
}

TEST(Rfc3339, SaysWhatItFound) {
  EXPECT_EQ(parse_rfc3339("yester\"day").status().message(),
            "not a date and time: \"yester?day\", expected RFC 3339 as 2026-11-23T14:05:09.25Z");
}

TEST(Inst, TakesAnyPrefix) {
  EXPECT_EQ(reformat_inst("2026"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(reformat_inst("2026-11"), "2026-11-01T00:00:00Z");
  EXPECT_EQ(reformat_inst("2026-11-23"), "2026-11-23T00:00:00Z");
  EXPECT_EQ(reformat_inst("2026-11-23T14"), "2026-11-23T14:00:00Z");
  EXPECT_EQ(reformat_inst("2026-11-23T14:05"), "2026-11-23T14:05:00Z");
  EXPECT_EQ(reformat_inst("2026-11-23T14:05:09"), "2026-11-23T14:05:09Z");
  EXPECT_EQ(reformat_inst("2026-11-23T14:05+01:00"), "2026-11-23T13:05:00Z");
}

TEST(Inst, RefusesHalfFields) {
  for (std::string_view text : {"", "202", "2026-", "2026-1", "2026-11-2", "2026-11-23T",
                                "2026-11-23T1", "2026-11-23T14:", "2026-11-23T14:05:0"}) {
    EXPECT_EQ(reformat_inst(text), "refused") << text;
  }
}

TEST(Instant, IsOrderedAndHoldsWhatNanosHold) {
  constexpr int64_t least = std::numeric_limits<int64_t>::min();
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  for (int64_t nanos : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{-1'000'000'000},
                        int64_t{1'600'000'000'123'456'789}, least, most}) {
    EXPECT_EQ(Instant::from_nanos(nanos).to_nanos(), nanos);
  }
  EXPECT_EQ(format_rfc3339(Instant::from_nanos(least)), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(format_rfc3339(Instant::from_nanos(most)), "2262-04-11T23:47:16.854775807Z");
  Instant above = Instant::from_nanos(most);
  ++above.nanos;
  EXPECT_EQ(above.to_nanos(), std::nullopt);
  EXPECT_EQ((Instant{1'000'000'000'000, 0}).to_nanos(), std::nullopt);
  EXPECT_LT((Instant{-1, 999'999'999}), (Instant{0, 0}));
}

TEST(Calendar, ConvertsEveryDayBothWays) {
  Civil before = civil_from_days(-720'000);
  for (int64_t days = -719'999; days < 1'000'000; days += 1) {
    Civil date = civil_from_days(days);
    ASSERT_EQ(days_from_civil(date.year, date.month, date.day), days);
    bool next_day = date.day == before.day + 1 && date.month == before.month;
    bool next_month = date.day == 1 && (date.month == before.month + 1 ||
                                        (date.month == 1 && date.year == before.year + 1));
    ASSERT_TRUE(next_day || next_month) << days;
    before = date;
  }
}

TEST(Calendar, NamesDays) {
  EXPECT_EQ(format_day(0), "1970-01-01");
  EXPECT_EQ(format_day(-1), "1969-12-31");
  EXPECT_EQ(format_day(1'795'442'709'000'000'000), "2026-11-23");
}

}  // namespace
}  // namespace clogs
