// Finds the level that a line of text states beside its time.
#pragma once

#include <string>
#include <string_view>

#include "server/ingest/line_time.h"

namespace clogs::ingest {

// The level in lower case as the line has it ("info", "notice", "severe"), of single letters their
// name ("d" is debug); empty where the line states none. A word counts only where levels stand:
// among the first words behind the time, in capitals or in brackets of its own, as level=..., by
// the priority of syslog, or in its column where the time's shape has one. A message that talks of
// an error is not a level.
std::string find_line_level(std::string_view line, const LineTime& time);

}  // namespace clogs::ingest
