// Wall-clock times of a time zone as instants.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "clogs/result.h"

namespace clogs::ingest {

class Zone {
 public:
  // An IANA name ("Europe/Berlin"), "UTC" or "Z". invalid_argument for an unknown one.
  static Result<Zone> find(std::string_view name);

  // Unix seconds of a wall-clock time given as if it were UTC. A time that comes twice (the hour
  // that is set back) is its first; one that never was (the hour that is skipped) is taken with the
  // offset before, so it lands behind the gap.
  int64_t to_unix_seconds(int64_t wall_seconds);
  // The other way.
  int64_t to_wall_seconds(int64_t unix_seconds) const;

  Zone(Zone&&) noexcept;
  Zone& operator=(Zone&&) noexcept;
  ~Zone();

 private:
  struct Impl;
  explicit Zone(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;  // null: UTC
};

}  // namespace clogs::ingest
