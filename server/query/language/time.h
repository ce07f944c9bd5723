// Relative times made absolute, by the calendar of a time zone.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "clogs/result.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// Half-open [from, to) of :timestamp in Unix nanoseconds; the extremes of int64 where open. `as_of`
// bounds the arrival: only records received at or before it.
struct Window {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t to = std::numeric_limits<int64_t>::max();
  int64_t as_of = std::numeric_limits<int64_t>::max();
  int64_t now = 0;  // what relative times were resolved against
  bool operator==(const Window&) const = default;
};

// out_of_range where a moment leaves what int64 nanoseconds hold.
Result<int64_t> resolve(const Moment& moment, std::string_view tz, int64_t now_nanos);
Result<Window> resolve_window(const Query& query, int64_t now_nanos);

bool is_time_zone(std::string_view name);
// Nanoseconds of one unit; 0 for months and years.
int64_t unit_nanos(Unit unit);
// The offset from UTC, in nanoseconds, that holds in `tz` at a point in time.
int64_t utc_offset_nanos(std::string_view tz, int64_t unix_nanos);

}  // namespace clogs::query
