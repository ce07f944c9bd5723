// Walks the frames of a file by their headers, and finds the next good one behind damage.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/store/file_system.h"
#include "server/store/frame.h"

namespace clogs::store {

struct Frame {
  uint64_t offset = 0;   // of its header line
  uint64_t payload = 0;  // of its first record line
  FrameHeader header;
  uint64_t end() const { return payload + header.bytes; }
};

class FrameCursor {
 public:
  enum class Outcome : uint8_t {
    frame,   // frame() is the next one; its payload was not looked at
    damage,  // bytes [damage_from(), damage_to()) hold no frame; go on with next()
    end,
  };

  // Reads [begin, end) of `file`, which outlives the cursor. `begin` is where a frame is expected.
  FrameCursor(File& file, uint64_t begin, uint64_t end, Batches batches);

  // A failure is one of the file system's.
  Result<Outcome> next();

  const Frame& frame() const { return frame_; }
  uint64_t damage_from() const { return damage_from_; }
  uint64_t damage_to() const { return at_; }  // the end of the file if no frame follows
  const std::string& damage_reason() const { return reason_; }
  // Where the newlines begin that fill the file up to its end.
  uint64_t padding_from() const { return padding_from_; }

 private:
  Result<std::string_view> view_at(uint64_t offset, size_t bytes);
  Result<uint64_t> skip_newlines(uint64_t offset);
  Result<bool> read_frame(uint64_t offset);
  Result<bool> find_frame(uint64_t offset);

  File& file_;
  uint64_t at_;
  uint64_t end_;
  Batches batches_;
  bool found_ = false;  // frame_ was found behind damage and not yet handed out
  int64_t last_time_;
  Frame frame_;
  uint64_t damage_from_ = 0;
  uint64_t padding_from_;
  std::string reason_;
  std::string window_;  // bytes of the file from window_at_ on
  uint64_t window_at_ = 0;
};

// Reads a block's lines from the start of `into` on and checks their sum; data_loss if it is wrong
// or the file ends before.
Status read_block(File& file, uint64_t offset, const BlockEntry& block, std::string& into);

// Whether all blocks of the frame are good.
Status check_blocks(File& file, const Frame& frame, std::string& scratch);

}  // namespace clogs::store
