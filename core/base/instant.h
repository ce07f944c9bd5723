// Points in time. Inside the product time is `int64_t` nanoseconds since the Unix epoch (1677 to
// 2262); Instant is the wider form that an EDN `#inst` may hold.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/result.h"

namespace clogs {

constexpr int64_t nanos_per_second = 1'000'000'000;

struct Instant {
  int64_t seconds = 0;  // since the Unix epoch, floor
  int32_t nanos = 0;    // 0 .. 999,999,999

  friend auto operator<=>(const Instant&, const Instant&) = default;
  // Empty outside what int64 nanoseconds hold.
  std::optional<int64_t> to_nanos() const;
  static Instant from_nanos(int64_t nanos);
};

// RFC 3339 (date-time with any offset; `t`, `z` and a space between date and time are taken, up to
// nine fraction digits kept and further ones refused).
Result<Instant> parse_rfc3339(std::string_view text);

// What `#inst` takes: RFC 3339, and as Clojure does any prefix of it from "2026" on, UTC where no
// offset is given.
Result<Instant> parse_inst(std::string_view text);

// RFC 3339 in UTC with as many fraction digits as needed (none, or up to nine, trailing zeros cut).
void format_rfc3339(Instant instant, std::string& out);
std::string format_rfc3339(Instant instant);

// The UTC calendar day as "2026-11-23".
std::string format_day(int64_t unix_nanos);

struct Civil {
  int64_t year;
  int month;  // 1 .. 12
  int day;    // 1 .. 31
};
// Proleptic Gregorian calendar, days since 1970-01-01.
int64_t days_from_civil(int64_t year, int month, int day);
Civil civil_from_days(int64_t days);

}  // namespace clogs
