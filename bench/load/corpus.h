// Records to send, encoded before the clock runs.
#pragma once

#include <string>
#include <vector>

#include "bench/load/options.h"
#include "clogs/result.h"

namespace clogs::load {

// One request's worth of records.
struct Body {
  std::string bytes;  // JSON lines, or the `records` fields of clogs.v1.Batch
  size_t records = 0;
};

// JSON objects without line breaks: of the file, or generated ones of about 380 bytes.
Result<std::vector<std::string>> read_lines(const Options& options);

// `batch_records` lines a body; the last body may have fewer.
std::vector<Body> json_bodies(const std::vector<std::string>& lines, size_t batch_records);
Result<std::vector<Body>> protobuf_bodies(const std::vector<std::string>& lines,
                                          size_t batch_records);

}  // namespace clogs::load
