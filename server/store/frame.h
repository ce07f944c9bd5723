// The lines of a log file that are not records: the file line and the frame headers, byte for byte
// as docs/format.md describes them. Shared by the writer and all readers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "server/store/sealed_line.h"

struct XXH3_state_s;  // of xxhash.h

namespace clogs::store {

constexpr std::string_view frame_lead = "#clogs/frame ";
constexpr std::string_view file_lead = "#clogs/file ";

// The first line of a file.
struct FileLine {
  uint32_t version = 0;
  uint16_t store = 0;
  std::string tenant;
  std::string day;  // UTC day of arrival, "2026-11-23"
  uint32_t number = 0;
};

// Consecutive records of one stream: what is read and checked at once.
struct BlockEntry {
  std::string stream;
  uint32_t count = 0;  // positions: records, and those that were removed
  uint64_t bytes = 0;
  bool meta = false;     // the lines carry their own :clogs/id
  uint64_t sum = 0;      // XXH3-64 of the lines
  uint32_t removed = 0;  // positions without a record; the lines then have holes (holes.h)
};

// A batch that came with an id: what a repeated one must be answered.
struct BatchEntry {
  std::string producer;
  uint64_t sequence = 0;
  uint32_t count = 0;
  std::string rejected_edn;  // an EDN vector on one line, or empty
};

// One group commit.
struct FrameHeader {
  int64_t time = 0;      // arrival of its records, Unix nanoseconds
  uint32_t records = 0;  // sum of the blocks
  uint64_t bytes = 0;    // sum of the blocks: what follows the header line
  std::vector<BlockEntry> blocks;
  std::vector<BatchEntry> batches;
};

// With their '\n'.
std::string print_file_line(const FileLine& line);
std::string print_frame_header(const FrameHeader& header);

// `line` without its '\n'. data_loss with the reason where the sum or the shape is wrong;
// unimplemented for a newer version of the format.
Result<FileLine> parse_file_line(std::string_view line);
enum class Batches : bool { skip, read };
Result<FrameHeader> parse_frame_header(std::string_view line, Batches batches);

// The sum of text that comes in pieces.
class Checksum {
 public:
  Checksum();
  void reset();
  void add(std::string_view text);
  uint64_t value() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

// Four lower-case hex digits.
std::string print_store_id(uint16_t store);
Result<uint16_t> parse_store_id(std::string_view text);

}  // namespace clogs::store
