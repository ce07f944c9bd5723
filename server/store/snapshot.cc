#include "server/store/snapshot.h"

#include <utility>

namespace clogs::store {
namespace {

// A file that is damaged all over must not fill memory with its description.
constexpr size_t damage_max = 1000;

}  // namespace

SnapshotSource::SnapshotSource(FileSystem& files, CatalogSnapshot snapshot, DeletionList deletions,
                               std::vector<Damage> known)
    : files_(files),
      snapshot_(std::move(snapshot)),
      deletions_(std::move(deletions)),
      damage_(std::move(known)) {}

SnapshotSource::~SnapshotSource() = default;

void SnapshotSource::add_damage(const std::string& path, uint64_t offset, std::string reason) {
  if (damage_.size() < damage_max) damage_.push_back({path, offset, std::move(reason)});
}

bool SnapshotSource::open_next_file() {
  cursor_.reset();
  file_.reset();
  while (next_file_ < snapshot_.files.size()) {
    const FileExtent& extent = snapshot_.files[next_file_++];
    info_ = extent.file;
    auto file = files_.open(info_->path, OpenMode::read);
    if (!file.ok()) {
      add_damage(info_->path, 0, file.status().message());
      continue;
    }
    file_ = *std::move(file);
    cursor_ = std::make_unique<FrameCursor>(*file_, info_->begin, extent.length, Batches::skip);
    return true;
  }
  return false;
}

// Fills claims_ with the blocks of the next frame.
bool SnapshotSource::claim_frame() {
  while (cursor_ != nullptr || open_next_file()) {
    auto outcome = cursor_->next();
    if (!outcome.ok()) {
      add_damage(info_->path, 0, outcome.status().message());
      cursor_.reset();
      continue;
    }
    if (*outcome == FrameCursor::Outcome::damage) {
      add_damage(info_->path, cursor_->damage_from(), cursor_->damage_reason());
      continue;
    }
    // Frames are in order of time: the rest of the file is later too.
    if (*outcome == FrameCursor::Outcome::end ||
        cursor_->frame().header.time > snapshot_.as_of_nanos) {
      cursor_.reset();
      continue;
    }
    const Frame& frame = cursor_->frame();
    uint64_t offset = frame.payload;
    uint32_t index = 0;
    for (const BlockEntry& entry : frame.header.blocks) {
      claims_.push_back({file_, info_, offset, {frame.header.time, info_->store, index}, entry});
      offset += entry.bytes;
      index += entry.count;
    }
    return true;
  }
  return false;
}

bool SnapshotSource::claim(Claim& claim) {
  std::lock_guard lock(mutex_);
  if (claims_.empty() && !claim_frame()) return false;
  claim = std::move(claims_.front());
  claims_.pop_front();
  return true;
}

Result<bool> SnapshotSource::next(BlockBuffer& buffer, Block& block) {
  for (Claim taken; claim(taken);) {
    const BlockEntry& entry = taken.entry;
    size_t needed = entry.bytes + entry.stream.size();
    if (buffer.bytes.size() < needed) buffer.bytes.resize(needed);
    Status read = read_block(*taken.file, taken.offset, entry, buffer.bytes);
    if (!read.ok()) {
      std::lock_guard lock(mutex_);
      add_damage(taken.info->path, taken.offset, read.message());
      continue;
    }
    entry.stream.copy(buffer.bytes.data() + entry.bytes, entry.stream.size());
    std::string_view bytes = buffer.bytes;
    block.lines = bytes.substr(0, entry.bytes);
    block.stream = bytes.substr(entry.bytes, entry.stream.size());
    block.first = taken.first;
    block.has_meta = entry.meta;
    block.has_holes = entry.removed > 0;
    return true;
  }
  return false;
}

std::vector<Damage> SnapshotSource::damage() const {
  std::lock_guard lock(mutex_);
  return damage_;
}

}  // namespace clogs::store
