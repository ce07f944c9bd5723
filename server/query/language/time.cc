#include "server/query/language/time.h"

#include <chrono>
#include <exception>
#include <string>

#include <date/tz.h>
#include <fmt/core.h>

namespace clogs::query {
namespace {

using std::chrono::nanoseconds;
using SysTime = date::sys_time<nanoseconds>;
using LocalTime = date::local_time<nanoseconds>;

constexpr int64_t second_nanos = 1'000'000'000;
constexpr int64_t day_nanos = 86'400 * second_nanos;
// Calendar arithmetic stays this far from the ends of int64 nanoseconds, so that an offset or a
// year more never overflows.
constexpr int64_t margin_nanos = 400 * day_nanos;

bool is_utc(std::string_view tz) { return tz == "UTC" || tz == "Etc/UTC" || tz == "Z"; }

// The zone, or nullptr. The library throws for an unknown name.
const date::time_zone* find_zone(std::string_view tz) {
  try {
    return date::locate_zone(std::string(tz));
  } catch (const std::exception&) {
    return nullptr;
  }
}

LocalTime to_local(const date::time_zone* zone, int64_t nanos) {
  SysTime at{nanoseconds(nanos)};
  return zone == nullptr ? LocalTime(at.time_since_epoch()) : zone->to_local(at);
}

int64_t to_nanos(const date::time_zone* zone, LocalTime local) {
  if (zone == nullptr) return local.time_since_epoch().count();
  return zone->to_sys(local, date::choose::earliest).time_since_epoch().count();
}

LocalTime floor_local(LocalTime local, Unit unit) {
  auto day = date::floor<date::days>(local);
  date::year_month_day civil(day);
  switch (unit) {
    case Unit::week:
      return day - (date::weekday(day) - date::Monday);
    case Unit::month:
      return LocalTime(date::local_days(civil.year() / civil.month() / 1));
    case Unit::year:
      return LocalTime(date::local_days(civil.year() / date::January / 1));
    default: {
      nanoseconds width(unit_nanos(unit));
      nanoseconds since = local - day;
      return day + since / width * width;
    }
  }
}

LocalTime add_months(LocalTime local, int64_t n) {
  auto day = date::floor<date::days>(local);
  date::year_month_day civil(day);
  civil += date::months(static_cast<int>(n));
  if (!civil.ok()) civil = civil.year() / civil.month() / date::last;
  return LocalTime(date::local_days(civil)) + (local - day);
}

bool in_calendar_range(int64_t nanos) {
  return nanos > std::numeric_limits<int64_t>::min() + margin_nanos &&
         nanos < std::numeric_limits<int64_t>::max() - margin_nanos;
}

Status too_far() { return out_of_range("the time is outside the years 1677 to 2262"); }

// Units up to hours whose start does not depend on the calendar are floored on the absolute time
// where the zone's offset is a whole number of them; else by local time.
Result<int64_t> apply(const Moment::Step& step, const date::time_zone* zone, int64_t nanos) {
  if (step.kind == Moment::Step::Kind::add_nanos) {
    int64_t sum = 0;
    if (__builtin_add_overflow(nanos, step.n, &sum)) return too_far();
    return sum;
  }
  constexpr int64_t max_months = 12 * 600;
  if (!in_calendar_range(nanos) || step.n > max_months || step.n < -max_months) return too_far();
  try {
    LocalTime local = to_local(zone, nanos);
    if (step.kind == Moment::Step::Kind::start_of) {
      if (step.unit <= Unit::minute) {
        int64_t width = unit_nanos(step.unit);
        int64_t offset = local.time_since_epoch().count() - nanos;
        int64_t into = ((nanos + offset) % width + width) % width;
        return nanos - into;
      }
      return to_nanos(zone, floor_local(local, step.unit));
    }
    using wide = std::chrono::duration<double, date::years::period>;
    double years = std::chrono::duration_cast<wide>(local.time_since_epoch()).count() +
                   static_cast<double>(step.n) / 12;
    constexpr double most_years = 290;  // int64 nanoseconds end at 292
    if (years > most_years || years < -most_years) return too_far();
    return to_nanos(zone, add_months(local, step.n));
  } catch (const std::exception& error) {
    return internal_error(fmt::format("time zone arithmetic: {}", error.what()));
  }
}

}  // namespace

int64_t unit_nanos(Unit unit) {
  switch (unit) {
    case Unit::nanosecond:
      return 1;
    case Unit::microsecond:
      return 1'000;
    case Unit::millisecond:
      return 1'000'000;
    case Unit::second:
      return second_nanos;
    case Unit::minute:
      return 60 * second_nanos;
    case Unit::hour:
      return 3600 * second_nanos;
    case Unit::day:
      return day_nanos;
    case Unit::week:
      return 7 * day_nanos;
    case Unit::month:
    case Unit::year:
      break;
  }
  return 0;
}

bool is_time_zone(std::string_view name) { return is_utc(name) || find_zone(name) != nullptr; }

Result<int64_t> resolve(const Moment& moment, std::string_view tz, int64_t now_nanos) {
  int64_t nanos = moment.relative ? now_nanos : moment.nanos;
  const date::time_zone* zone = nullptr;
  if (!is_utc(tz) && !moment.steps.empty()) {
    zone = find_zone(tz);
    if (zone == nullptr) return invalid_argument(fmt::format("unknown time zone \"{}\"", tz));
  }
  for (const Moment::Step& step : moment.steps) {
    CLOGS_ASSIGN_OR_RETURN(nanos, apply(step, zone, nanos));
  }
  return nanos;
}

Result<Window> resolve_window(const Query& query, int64_t now_nanos) {
  Window window;
  window.now = now_nanos;
  if (query.time.from) {
    CLOGS_ASSIGN_OR_RETURN(window.from, resolve(*query.time.from, query.tz, now_nanos));
  }
  if (query.time.to) {
    CLOGS_ASSIGN_OR_RETURN(window.to, resolve(*query.time.to, query.tz, now_nanos));
  }
  if (query.as_of) {
    CLOGS_ASSIGN_OR_RETURN(window.as_of, resolve(*query.as_of, query.tz, now_nanos));
  }
  return window;
}

int64_t utc_offset_nanos(std::string_view tz, int64_t unix_nanos) {
  if (is_utc(tz)) return 0;
  const date::time_zone* zone = find_zone(tz);
  if (zone == nullptr) return 0;
  auto info = zone->get_info(SysTime{nanoseconds(unix_nanos)});
  return std::chrono::duration_cast<nanoseconds>(info.offset).count();
}

}  // namespace clogs::query
