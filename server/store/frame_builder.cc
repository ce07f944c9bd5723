#include "server/store/frame_builder.h"

#include <algorithm>

#include "server/store/limits.h"

namespace clogs::store {

void FrameBuilder::open_block(const ingest::Batch& batch, FrameHeader& header) {
  close_block(header);
  header.blocks.push_back({batch.stream, 0, 0, batch.has_meta, 0});
  sum_.reset();
}

void FrameBuilder::close_block(FrameHeader& header) {
  if (!header.blocks.empty()) header.blocks.back().sum = sum_.value();
}

void FrameBuilder::add_part(std::string_view lines, uint32_t count, FrameHeader& header) {
  BlockEntry& block = header.blocks.back();
  block.bytes += lines.size();
  block.count += count;
  header.bytes += lines.size();
  header.records += count;
  sum_.add(lines);
}

void FrameBuilder::add_lines(const ingest::Batch& batch, BuiltFrame& frame) {
  FrameHeader& header = frame.header;
  if (header.blocks.empty() || header.blocks.back().stream != batch.stream ||
      header.blocks.back().meta != batch.has_meta) {
    open_block(batch, header);
  }
  std::string_view lines = batch.lines;
  uint32_t count = batch.count;
  while (header.blocks.back().bytes + lines.size() > block_bytes_target) {
    const BlockEntry& block = header.blocks.back();
    uint64_t room = block.bytes < block_bytes_target ? block_bytes_target - block.bytes : 0;
    size_t cut = room == 0 ? std::string_view::npos : lines.rfind('\n', room - 1);
    if (cut == std::string_view::npos) {
      if (block.bytes > 0) {
        open_block(batch, header);
        continue;
      }
      cut = lines.find('\n');  // one line that is longer than a block
    }
    std::string_view part = lines.substr(0, cut + 1);
    auto part_count = static_cast<uint32_t>(std::ranges::count(part, '\n'));
    add_part(part, part_count, header);
    lines.remove_prefix(part.size());
    count -= part_count;
    if (lines.empty()) return;
    open_block(batch, header);
  }
  add_part(lines, count, header);
}

void FrameBuilder::build(int64_t time, std::span<const ingest::Batch* const> batches,
                         BuiltFrame& frame) {
  frame.header = {};
  frame.header.time = time;
  frame.pieces.clear();
  frame.first_index.clear();
  frame.pieces.emplace_back();
  for (const ingest::Batch* batch : batches) {
    frame.first_index.push_back(frame.header.records);
    add_lines(*batch, frame);
    frame.pieces.emplace_back(batch->lines);
    if (batch->id) {
      frame.header.batches.push_back(
          {batch->id->producer, batch->id->sequence, batch->count, batch->rejected_edn});
    }
  }
  close_block(frame.header);
  frame.header_line = print_frame_header(frame.header);
  frame.pieces.front() = frame.header_line;
}

}  // namespace clogs::store
