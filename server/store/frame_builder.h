// Lays batches of one tenant out as one frame. Nothing is copied: the pieces point to the batches.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/ingest/sink.h"
#include "server/store/frame.h"

namespace clogs::store {

struct BuiltFrame {
  FrameHeader header;
  std::string header_line;
  // The header line and the payload, to be written one behind the other; valid while this frame is
  // not moved and the batches live.
  std::vector<std::string_view> pieces;
  std::vector<uint32_t> first_index;  // of each batch: its first record's position in the frame
};

// Reuses its memory from frame to frame; not thread-safe.
class FrameBuilder {
 public:
  void build(int64_t time, std::span<const ingest::Batch* const> batches, BuiltFrame& frame);

 private:
  void add_lines(const ingest::Batch& batch, BuiltFrame& frame);
  void add_part(std::string_view lines, uint32_t count, FrameHeader& header);
  void open_block(const ingest::Batch& batch, FrameHeader& header);
  void close_block(FrameHeader& header);

  Checksum sum_;
};

}  // namespace clogs::store
