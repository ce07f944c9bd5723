// Rows of equal steps along the time, by the clocks of a zone.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/query/eval/zone.h"

namespace clogs::query {

// Buckets align to 1970-01-01T00:00 of the local clock, whole weeks to Monday 1970-01-05, moved by
// `offset_nanos`. Those of at most an hour are as long as they say; a longer one may be an hour off
// where clocks change. For one thread.
class TimeBuckets {
 public:
  TimeBuckets(int64_t width_nanos, int64_t offset_nanos, std::string_view tz);

  // The start of the bucket that holds a point in time.
  int64_t start_of(int64_t unix_nanos) const;
  // The start of the bucket after the one that starts here.
  int64_t next(int64_t start) const;

 private:
  int64_t width_;
  int64_t origin_;
  Zone zone_;
  bool is_local_;
};

// The width that cuts `range_nanos` into 60 to 120 buckets, of the widths that people count in.
int64_t auto_width(int64_t range_nanos);

}  // namespace clogs::query
