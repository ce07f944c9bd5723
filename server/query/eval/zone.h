// Local time of a time zone, fast for points in time that lie close together.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace clogs::query {

constexpr int64_t nanos_per_hour = int64_t{3600} * 1'000'000'000;
constexpr int64_t nanos_per_day = 24 * nanos_per_hour;

// Rounds down, also below zero. `width` > 0.
inline int64_t floor_to(int64_t value, int64_t width) {
  const int64_t rest = value % width;
  return value - (rest < 0 ? rest + width : rest);
}

// Remembers the offset that it looked up last, so one thread at a time.
class Zone {
 public:
  explicit Zone(std::string_view name);  // IANA; an unknown one is UTC

  int64_t offset_nanos(int64_t unix_nanos) const;
  int64_t to_local(int64_t unix_nanos) const { return unix_nanos + offset_nanos(unix_nanos); }
  // The point in time at which local clocks show `local`: the first of two, and where they skip it
  // the moment at which they do. `near` is a point in time not far from it.
  int64_t from_local(int64_t local, int64_t near) const;
  bool is_utc() const { return zone_ == nullptr; }

 private:
  const void* zone_ = nullptr;
  mutable int64_t from_ = 0;  // offset_ holds in [from_, to_)
  mutable int64_t to_ = 0;
  mutable int64_t offset_ = 0;
};

}  // namespace clogs::query
