// What one record may be. Each limit refuses the record with a sentence that names it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clogs::record {

struct Limits {
  size_t max_bytes = size_t{1} << 20;  // of its EDN line
  size_t max_depth = 64;               // the record's own map is depth 1
  size_t max_keys = 4096;              // entries of the record, nested maps included
};

// Timestamps are accepted from 1970-01-01 to the last nanosecond of 2261 (int64 nanoseconds end in
// 2262).
constexpr int64_t min_timestamp_nanos = 0;
constexpr int64_t max_timestamp_nanos = 9'214'646'399'999'999'999;

}  // namespace clogs::record
