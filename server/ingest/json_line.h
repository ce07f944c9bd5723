// JSON lines as other loggers write them, as records.
#pragma once

#include "core/edn/tape.h"

namespace clogs::ingest {

struct JsonLine {
  bool has_timestamp = false;
  bool has_level = false;
};

// Copies `line`, a map as the JSON reader made it, to `record` (text is shared) with the keys of
// pino, bunyan, zap, logrus, Docker's json-file, Serilog and their like renamed where the record
// lacks the known key:
//   @timestamp, time, ts, @t, asctime  -> :timestamp, if the value is one
//   severity, lvl, levelname, @l, log.level -> :level; numbers 10 to 60 are named (30 is "info")
//   msg, @m, log, event, body          -> :message, if it is text; Docker's closing newline is cut
// Every other key stays as it is.
JsonLine map_json_line(edn::View line, edn::Tape& record);

}  // namespace clogs::ingest
