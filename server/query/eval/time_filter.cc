// :time-of-day and :day-of-week of the effective timestamp, by the clocks of the query's zone.
#include "server/query/eval/filter.h"
#include "server/query/eval/zone.h"

namespace clogs::query {
namespace {

class TimeOfDayFilter final : public Filter {
 public:
  TimeOfDayFilter(const Pred& pred, std::string_view tz)
      : zone_(tz), from_(pred.from_nanos), to_(pred.to_nanos) {}
  bool matches(const Entry& entry) const override {
    const int64_t local = zone_.to_local(entry.timestamp);
    const int64_t of_day = local - floor_to(local, nanos_per_day);
    if (from_ <= to_) return of_day >= from_ && of_day < to_;
    return of_day >= from_ || of_day < to_;
  }

 private:
  Zone zone_;
  int64_t from_;
  int64_t to_;
};

class DayOfWeekFilter final : public Filter {
 public:
  DayOfWeekFilter(const Pred& pred, std::string_view tz) : zone_(tz), days_(pred.days) {}
  bool matches(const Entry& entry) const override {
    // 1970-01-01 was a Thursday, day 3 from Monday.
    const int64_t day =
        floor_to(zone_.to_local(entry.timestamp), nanos_per_day) / nanos_per_day + 3;
    const auto of_week = static_cast<unsigned>(day - floor_to(day, 7));
    return ((days_ >> of_week) & 1U) != 0;
  }

 private:
  Zone zone_;
  unsigned days_;
};

}  // namespace

FilterPtr make_time_filter(const Pred& pred, const FilterContext& context) {
  if (pred.kind == Pred::Kind::day_of_week) {
    return std::make_unique<DayOfWeekFilter>(pred, context.tz);
  }
  return std::make_unique<TimeOfDayFilter>(pred, context.tz);
}

}  // namespace clogs::query
