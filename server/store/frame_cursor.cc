#include "server/store/frame_cursor.h"

#include <algorithm>
#include <limits>

#include "server/store/limits.h"

namespace clogs::store {
namespace {

// Bytes looked through at once when searching behind damage.
constexpr size_t search_bytes = size_t{1} << 20;

}  // namespace

FrameCursor::FrameCursor(File& file, uint64_t begin, uint64_t end, Batches batches)
    : file_(file),
      at_(begin),
      end_(end),
      batches_(batches),
      last_time_(std::numeric_limits<int64_t>::min()),
      padding_from_(end) {}

// At least `bytes` from `offset` on, or all there is.
Result<std::string_view> FrameCursor::view_at(uint64_t offset, size_t bytes) {
  bytes = static_cast<size_t>(std::min<uint64_t>(bytes, end_ - offset));
  if (offset < window_at_ || offset + bytes > window_at_ + window_.size()) {
    uint64_t want = std::min<uint64_t>(std::max(bytes, header_read_bytes), end_ - offset);
    window_.resize(static_cast<size_t>(want));
    window_at_ = offset;
    auto got = read_full(file_, window_.data(), window_.size(), offset);
    window_.resize(got.ok() ? *got : 0);
    if (!got.ok()) return got.status();
  }
  size_t skip = static_cast<size_t>(offset - window_at_);
  return std::string_view(window_).substr(std::min(skip, window_.size()));
}

Result<uint64_t> FrameCursor::skip_newlines(uint64_t offset) {
  while (offset < end_) {
    CLOGS_ASSIGN_OR_RETURN(std::string_view view, view_at(offset, 1));
    if (view.empty()) return end_;
    size_t other = view.find_first_not_of('\n');
    if (other != std::string_view::npos) return offset + other;
    offset += view.size();
  }
  return offset;
}

// Whether a good frame header stands at `offset`; it is in frame_ then, else reason_ says what is
// wrong with it.
Result<bool> FrameCursor::read_frame(uint64_t offset) {
  CLOGS_ASSIGN_OR_RETURN(std::string_view view, view_at(offset, frame_lead.size()));
  reason_ = "no frame header where one is expected";
  if (!view.starts_with(frame_lead)) return false;
  size_t length = view.find('\n');
  while (length == std::string_view::npos) {
    size_t had = view.size();
    if (had >= header_bytes_max || offset + had >= end_) {
      reason_ = "the frame header has no end";
      return false;
    }
    CLOGS_ASSIGN_OR_RETURN(view, view_at(offset, had * 2));
    if (view.size() == had) return false;
    length = view.find('\n', had);
  }
  auto header = parse_frame_header(view.substr(0, length), batches_);
  if (!header.ok()) {
    reason_ = header.status().message();
    return false;
  }
  uint64_t payload = offset + length + 1;
  if (header->bytes > end_ - payload) {
    reason_ = "the frame is cut short";
    return false;
  }
  // Frames of a file are in order of time. One that is not was never written here: it is what a
  // file system shows of an older file.
  if (header->time <= last_time_) {
    reason_ = "the frame is older than the one before it";
    return false;
  }
  frame_ = {offset, payload, *std::move(header)};
  return true;
}

// Looks for a good frame from `offset` on. A record line never begins like a header, so that a
// header cannot be found within a payload.
Result<bool> FrameCursor::find_frame(uint64_t offset) {
  std::string reason = reason_;
  std::string lead = "\n" + std::string(frame_lead);
  bool found = false;
  while (!found && offset < end_) {
    CLOGS_ASSIGN_OR_RETURN(std::string_view view, view_at(offset, search_bytes));
    if (view.empty()) break;
    size_t hit = view.find(lead);
    if (hit == std::string_view::npos) {
      // The lead may straddle the border.
      offset += view.size() < search_bytes ? view.size() : view.size() - lead.size() + 1;
      continue;
    }
    offset += hit + 1;
    CLOGS_ASSIGN_OR_RETURN(found, read_frame(offset));
  }
  reason_ = reason;
  return found;
}

Result<FrameCursor::Outcome> FrameCursor::next() {
  if (!found_) {
    if (at_ >= end_) return Outcome::end;
    CLOGS_ASSIGN_OR_RETURN(bool good, read_frame(at_));
    if (!good) {
      damage_from_ = at_;
      CLOGS_ASSIGN_OR_RETURN(uint64_t filled, skip_newlines(at_));
      if (filled >= end_) {
        padding_from_ = at_;
        at_ = end_;
        return Outcome::end;
      }
      CLOGS_ASSIGN_OR_RETURN(found_, find_frame(at_));
      at_ = found_ ? frame_.offset : end_;
      return Outcome::damage;
    }
  }
  found_ = false;
  last_time_ = frame_.header.time;
  at_ = frame_.end();
  return Outcome::frame;
}

Status read_block(File& file, uint64_t offset, const BlockEntry& block, std::string& into) {
  if (into.size() < block.bytes) into.resize(block.bytes);
  CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(file, into.data(), block.bytes, offset));
  if (got != block.bytes) return data_loss("the block is cut short");
  if (checksum(std::string_view(into).substr(0, got)) != block.sum) {
    return data_loss("the sum of the block is wrong");
  }
  return ok_status();
}

Status check_blocks(File& file, const Frame& frame, std::string& scratch) {
  uint64_t offset = frame.payload;
  for (const BlockEntry& block : frame.header.blocks) {
    CLOGS_RETURN_IF_ERROR(read_block(file, offset, block, scratch));
    offset += block.bytes;
  }
  return ok_status();
}

}  // namespace clogs::store
