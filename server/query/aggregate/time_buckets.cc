#include "server/query/aggregate/time_buckets.h"

#include <algorithm>
#include <array>

namespace clogs::query {
namespace {

constexpr int64_t nanos_per_second = 1'000'000'000;
constexpr int64_t nanos_per_minute = 60 * nanos_per_second;
constexpr int64_t nanos_per_week = 7 * nanos_per_day;
constexpr int64_t first_monday = 4 * nanos_per_day;
// One bucket more than the range holds may be touched at its ends.
constexpr int64_t auto_buckets_max = 119;

// No width is more than twice the one before, so that one of them gives 60 to 120 buckets.
constexpr std::array<int64_t, 24> round_widths = {
    nanos_per_second,      2 * nanos_per_second,  4 * nanos_per_second,  5 * nanos_per_second,
    10 * nanos_per_second, 15 * nanos_per_second, 30 * nanos_per_second, nanos_per_minute,
    2 * nanos_per_minute,  4 * nanos_per_minute,  5 * nanos_per_minute,  10 * nanos_per_minute,
    15 * nanos_per_minute, 30 * nanos_per_minute, nanos_per_hour,        2 * nanos_per_hour,
    4 * nanos_per_hour,    6 * nanos_per_hour,    12 * nanos_per_hour,   nanos_per_day,
    2 * nanos_per_day,     4 * nanos_per_day,     nanos_per_week,        2 * nanos_per_week};

}  // namespace

TimeBuckets::TimeBuckets(int64_t width_nanos, int64_t offset_nanos, std::string_view tz)
    : width_(std::max<int64_t>(width_nanos, 1)), zone_(tz) {
  origin_ = offset_nanos + (width_ % nanos_per_week == 0 ? first_monday : 0);
  is_local_ = !zone_.is_utc() && width_ > nanos_per_hour;
}

int64_t TimeBuckets::start_of(int64_t unix_nanos) const {
  const int64_t offset = zone_.offset_nanos(unix_nanos);
  const int64_t local = floor_to(unix_nanos + offset - origin_, width_) + origin_;
  return is_local_ ? zone_.from_local(local, unix_nanos) : local - offset;
}

int64_t TimeBuckets::next(int64_t start) const {
  if (!is_local_) {
    // A change of clocks by less than the width cuts a bucket short.
    const int64_t following = start_of(start + width_);
    return following > start ? following : start + width_;
  }
  const int64_t local = zone_.to_local(start);
  // Where midnight was skipped the bucket began late; its end counts from where it should have.
  const int64_t aligned = floor_to(local - origin_, width_) + origin_;
  return zone_.from_local(aligned + width_, start + width_);
}

int64_t auto_width(int64_t range_nanos) {
  const auto fits = [range_nanos](int64_t width) {
    return range_nanos / width <= auto_buckets_max;
  };
  for (int64_t power = 1; power < nanos_per_second; power *= 10) {
    for (int64_t digit : {1, 2, 4, 5}) {
      if (fits(digit * power)) return digit * power;
    }
  }
  for (int64_t width : round_widths) {
    if (fits(width)) return width;
  }
  int64_t width = round_widths.back();
  while (!fits(width)) width *= 2;
  return width;
}

}  // namespace clogs::query
