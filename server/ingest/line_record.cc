#include "server/ingest/line_record.h"

#include <utility>

#include "core/base/instant.h"
#include "core/record/limits.h"

namespace clogs::ingest {
namespace {

constexpr int64_t seconds_per_day = 86'400;
// 29 February is at most eight years ago (1896 to 1904 lie eight apart).
constexpr int64_t years_searched = 8;

bool is_date(int64_t year, int month, int day) {
  return civil_from_days(days_from_civil(year, month, day)).month == month;
}

}  // namespace

LineReader::LineReader(Zone zone, std::optional<int> year, int64_t now_nanos)
    : zone_(std::move(zone)), year_(year), now_nanos_(now_nanos) {
  const int64_t wall = zone_.to_wall_seconds(now_nanos / nanos_per_second);
  this_year_ = civil_from_days(wall / seconds_per_day).year;
}

int64_t LineReader::wall_seconds_in(int64_t year, const LineTime& time) const {
  return days_from_civil(year, time.month, time.day) * seconds_per_day + time.second_of_day;
}

std::optional<int64_t> LineReader::guess_year(const LineTime& time) {
  for (int64_t year = this_year_; year >= this_year_ - years_searched; --year) {
    if (!is_date(year, time.month, time.day)) continue;
    const int64_t seconds = zone_.to_unix_seconds(wall_seconds_in(year, time));
    const std::optional<int64_t> nanos = Instant{seconds, time.nanos}.to_nanos();
    if (nanos && *nanos <= now_nanos_) return nanos;
  }
  return std::nullopt;
}

std::optional<int64_t> LineReader::unix_nanos(const LineTime& time) {
  if (time.absolute) return Instant{time.seconds, time.nanos}.to_nanos();
  if (time.has_year) {
    return Instant{zone_.to_unix_seconds(time.seconds), time.nanos}.to_nanos();
  }
  if (!year_) return guess_year(time);
  if (!is_date(*year_, time.month, time.day)) return std::nullopt;
  return Instant{zone_.to_unix_seconds(wall_seconds_in(*year_, time)), time.nanos}.to_nanos();
}

std::optional<LineTime> LineReader::time(std::string_view line) {
  const std::optional<LineTime> found = find_line_time(line, hint_, this_year_);
  if (found) hint_ = found->shape;
  return found;
}

std::optional<int64_t> LineReader::nanos(const LineTime& time) {
  const std::optional<int64_t> nanos = unix_nanos(time);
  if (!nanos || *nanos < record::min_timestamp_nanos || *nanos > record::max_timestamp_nanos) {
    return std::nullopt;
  }
  return nanos;
}

}  // namespace clogs::ingest
