// What a line of text states: its time and its level.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/ingest/line_time.h"
#include "server/ingest/zone.h"

namespace clogs::ingest {

// Learns from line to line which shape of time a file has.
class LineReader {
 public:
  LineReader(Zone zone, std::optional<int> year, int64_t now_nanos);

  std::optional<LineTime> time(std::string_view line);
  // Unix nanoseconds; empty where the time is no timestamp of a record.
  std::optional<int64_t> nanos(const LineTime& time);

 private:
  std::optional<int64_t> unix_nanos(const LineTime& time);
  int64_t wall_seconds_in(int64_t year, const LineTime& time) const;
  std::optional<int64_t> guess_year(const LineTime& time);

  Zone zone_;
  std::optional<int> year_;
  int64_t now_nanos_;
  int64_t this_year_;
  TimeShape hint_ = TimeShape::none;
};

}  // namespace clogs::ingest
