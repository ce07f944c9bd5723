// The bytes of a spool segment; docs/spool.md describes them. Integers are little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/result.h"

namespace clogs::queue {

constexpr std::string_view segment_magic = "CLGSPOOL";
constexpr uint32_t spool_version = 1;
constexpr std::string_view batch_magic =
    "\x93"
    "BAT";

// The server refuses longer producers (docs/format.md); a service has room to spare.
constexpr size_t spool_name_bytes_max = 256;
// Of one batch's body; three times what the client's options allow, so that a damaged length cannot
// ask for all memory.
constexpr uint32_t spool_body_bytes_max = uint32_t{64} << 20;

constexpr size_t segment_head_bytes_min = 28;
constexpr size_t segment_head_bytes_max = segment_head_bytes_min + 2 * spool_name_bytes_max;
constexpr size_t batch_head_bytes = 56;
// Position of the state in a batch's head. It is under no sum, because it changes.
constexpr size_t batch_state_offset = 4;
// Behind it, as little under a sum; written together with it.
constexpr size_t batch_endpoint_bytes = 3;

struct SegmentHead {
  std::string service;
  std::string producer;  // of all batches of the segment
  uint64_t sum = 0;      // set by both functions below
  size_t bytes = 0;
};

enum class BatchState : uint8_t { waiting = 0, sent = 1, done = 0xFF };

struct BatchHead {
  BatchState state = BatchState::waiting;
  uint32_t endpoint = 0;  // where it was sent (endpoint_tag()); 0: not known
  uint32_t body_bytes = 0;
  uint64_t sequence = 0;
  uint64_t records = 0;
  int64_t written_nanos = 0;  // Unix time
  uint64_t body_sum = 0;
};

std::string print_segment_head(SegmentHead& head);
// data_loss for what is none or damaged, unimplemented for a newer version.
Result<SegmentHead> parse_segment_head(std::string_view bytes);

// `offset` is that of the batch in the file: with the sum of the segment's head it is part of the
// batch's, so that no copy of a batch inside a record is ever taken for one.
std::string print_batch_head(const BatchHead& head, uint64_t segment_sum, uint64_t offset);
std::optional<BatchHead> parse_batch_head(std::string_view bytes, uint64_t segment_sum,
                                          uint64_t offset);
uint64_t body_sum(std::string_view body);
// State and endpoint as they stand in a batch's head.
std::string print_batch_state(BatchState state, uint32_t endpoint);

}  // namespace clogs::queue
