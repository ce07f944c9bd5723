// Finds the time that a line of text begins with. Shapes are those of syslog, log4j and its kin,
// web servers, Windows, Android, the supercomputers of the LogHub collection, glog and logfmt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace clogs::ingest {

// How a line writes its time. The order is the order of trial.
enum class TimeShape : uint8_t {
  iso,     // 2026-11-23 20:25:57,120 with - or /, T or space, any fraction, with or without zone
  ctime,   // Mon Nov 23 20:25:57 2026
  syslog,  // Nov 23 20:25:57, with or without year
  short_slash,  // 26/11/23 20:25:57
  packed,       // 261123 202557
  android,      // 11-23 20:25:57.120
  dotted,       // [11.23 20:25:57]
  compact,      // 20261123-20:25:57:120
  cluster,      // LABEL 1795465557 2026.11.23 NODE 2026-11-23-12.25.57.120000 NODE TYPE UNIT LEVEL
  numbered,     // 4711 NODE UNIT STATE 1795465557 1
  glog,         // I1123 20:25:57.120000
  access,       // ADDRESS - - [23/Nov/2026:20:25:57 +0000]
  logfmt,       // time="2026-11-23T20:25:57Z" level=info
  epoch,        // 1795465557.120
  none,
};

struct LineTime {
  TimeShape shape = TimeShape::none;
  size_t end = 0;  // byte behind the time, its closing bracket included
  // Seconds and nanoseconds of the time as written: of the Unix epoch if `absolute`, else of a wall
  // clock as if it were UTC. Without a year the date is in year 0 and `has_year` is false.
  bool absolute = false;
  bool has_year = true;
  int64_t seconds = 0;
  int32_t nanos = 0;
  int month = 0;  // of a wall clock
  int day = 0;
  int64_t second_of_day = 0;
};

// `hint` is tried first: lines of a file are alike. Two-digit years are of this century unless that
// would be after `this_year`.
std::optional<LineTime> find_line_time(std::string_view line, TimeShape hint, int64_t this_year);

}  // namespace clogs::ingest
