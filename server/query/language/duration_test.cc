#include "server/query/language/duration.h"

#include <gtest/gtest.h>

namespace clogs::query::language {
namespace {

constexpr int64_t s = 1'000'000'000;

TEST(Duration, TextSuccess) {
  auto f = [](std::string_view text, int64_t want) {
    EXPECT_EQ(duration_of_text(text), want) << text;
  };
  f("0s", 0);
  f("90s", 90 * s);
  f("15m", 900 * s);
  f("1h30m", 5400 * s);
  f("1.5h", 5400 * s);
  f("0.000000001s", 1);
  f("7d", 7 * 86'400 * s);
  f("2w", 14 * 86'400 * s);
  f("1ms", 1'000'000);
  f("1us", 1'000);
  f("1µs", 1'000);
  f("1ns", 1);
  f("1m1ms", 60 * s + 1'000'000);
  f("9223372036854775807ns", 9'223'372'036'854'775'807);
}

TEST(Duration, TextFailure) {
  for (std::string_view text : {"", "15", "m", "-5m", "5 m", "5M", "1y", "1.m", ".5m", "1h30",
                                "5mm", "9223372036854775808ns", "99999999999w", "1e3s",
                                "1.0000000001s", "99999999999999999999s"}) {
    EXPECT_EQ(duration_of_text(text), std::nullopt) << text;
  }
}

TEST(Duration, IsoSuccess) {
  auto f = [](std::string_view text, int64_t want) {
    EXPECT_EQ(duration_of_iso(text), want) << text;
  };
  f("PT15M", 900 * s);
  f("P1DT12H", 129'600 * s);
  f("P2W", 14 * 86'400 * s);
  f("PT0.5S", s / 2);
  f("PT1H30M5S", 5405 * s);
}

TEST(Duration, IsoFailure) {
  for (std::string_view text :
       {"", "P", "PT", "15M", "P1Y", "P1M", "P1DT", "PT1D", "PT5", "P-1D"}) {
    EXPECT_EQ(duration_of_iso(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace clogs::query::language
