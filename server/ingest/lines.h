// Log files as records: text of any system, JSON lines, EDN. What `clogs ingest` reads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "core/record/limits.h"

namespace clogs::ingest {

enum class LineFormat : uint8_t {
  automatic,  // by the file's beginning: EDN maps, or JSON that is not an object a line; else each
              // line is JSON if it is an object, of a container's runtime, or text
  edn,        // maps one after the other, or one vector of maps
  ndjson,     // an object a line, taken as it is
  text,       // a line is a message
};
// "auto", "edn", "ndjson", "text".
Result<LineFormat> line_format_of(std::string_view name);

struct LineOptions {
  LineFormat format = LineFormat::automatic;
  // Of times without one; absent: the latest year in which the time is not after `now_nanos`.
  std::optional<int> year;
  // IANA name, of times without a zone.
  std::string tz = "UTC";
  int64_t now_nanos = 0;
  bool accept_meta = false;  // a restore: clogs/ keys are taken
  bool multiline = true;     // lines of text that go on with a record are joined to it
  record::Limits limits;
};

struct LineRejection {
  uint64_t line = 0;  // of the file, from 1; where the record begins
  std::string error;
  std::string details_edn;
};

struct LineCounts {
  uint64_t bytes = 0;
  uint64_t lines = 0;  // blank ones included
  uint64_t records = 0;
  uint64_t rejected = 0;
  uint64_t with_timestamp = 0;  // of the records
  uint64_t with_level = 0;
  uint64_t repaired_lines = 0;      // had bytes that are not UTF-8,
  uint64_t replaced_sequences = 0;  // which became so many U+FFFD
};

// Fed with the bytes of one file, gives EDN lines (each a record that validates). A line of text
// is a record with the whole line as :message, :timestamp as #inst and :level where the line states
// them; blank lines give none. Lines that go on with the record before them (see continuation.h)
// are joined to it; it comes out with the line that begins the next one. In automatic mode a JSON
// object on a line that is no legal record (after the keys of other loggers were mapped, see
// json_line.h) is kept as a line of text, and lines of Docker and CRI are unwrapped
// (container_line.h).
// Not thread-safe.
class LineConverter {
 public:
  // Fails for an unknown time zone.
  static Result<LineConverter> create(LineOptions options);
  LineConverter(LineConverter&&) noexcept;
  LineConverter& operator=(LineConverter&&) noexcept;
  ~LineConverter();

  // The next bytes, cut anywhere.
  void feed(std::string_view bytes);
  // The file is at its end; what is left is its last line.
  void finish();

  // Appends the records that are ready, one EDN line each; returns their number.
  uint64_t take(std::string& lines);
  // Bytes that take() would append.
  size_t ready_bytes() const;

  const LineCounts& counts() const;
  // The first max_described_rejections (service.h).
  const std::vector<LineRejection>& rejections() const;

 private:
  struct Impl;
  explicit LineConverter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::ingest
