#include "server/query/eval/zone.h"

#include <algorithm>
#include <exception>

#include <date/tz.h>

namespace clogs::query {
namespace {

constexpr int64_t seconds_max = std::numeric_limits<int64_t>::max() / 1'000'000'000;

int64_t nanos_of(date::sys_seconds time) {
  const int64_t seconds = time.time_since_epoch().count();
  return std::clamp(seconds, -seconds_max, seconds_max) * 1'000'000'000;
}

}  // namespace

Zone::Zone(std::string_view name) {
  if (name == "UTC" || name.empty()) return;
  try {
    zone_ = date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    zone_ = nullptr;
  }
}

int64_t Zone::offset_nanos(int64_t unix_nanos) const {
  if (zone_ == nullptr) return 0;
  if (unix_nanos >= from_ && unix_nanos < to_) return offset_;
  const auto* zone = static_cast<const date::time_zone*>(zone_);
  const date::sys_seconds second{
      std::chrono::seconds(floor_to(unix_nanos, 1'000'000'000) / 1'000'000'000)};
  const date::sys_info info = zone->get_info(second);
  from_ = nanos_of(info.begin);
  to_ = nanos_of(info.end);
  offset_ = info.offset.count() * 1'000'000'000;
  return offset_;
}

int64_t Zone::from_local(int64_t local, int64_t near) const {
  if (zone_ == nullptr) return local;
  const int64_t guess = local - offset_nanos(near);
  // Offsets change by hours at most, so those a day before and after the guess are all there are.
  const int64_t early = local - offset_nanos(guess - nanos_per_day);
  const int64_t late = local - offset_nanos(guess + nanos_per_day);
  const int64_t first = std::min(early, late);
  const int64_t second = std::max(early, late);
  if (to_local(first) == local) return first;
  if (to_local(second) == local) return second;
  // Skipped: with the offset from before the change the clocks would show it just after.
  offset_nanos(second);
  return from_ > first ? from_ : second;
}

}  // namespace clogs::query
