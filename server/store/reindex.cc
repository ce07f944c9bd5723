#include "server/store/reindex.h"

#include <map>
#include <set>
#include <utility>

#include "server/store/data_dir.h"
#include "server/store/deletion_log.h"
#include "server/store/frame_cursor.h"
#include "server/store/holes.h"
#include "server/store/limits.h"

namespace clogs::store {
namespace {

// Later than every day: no headers are read for the producers' windows.
constexpr std::string_view no_window = "~";

// The lines of a block without some of its records.
class BlockCutter {
 public:
  explicit BlockCutter(std::string& out) : out_(out) {}
  void cut(std::string_view lines, const std::vector<uint32_t>& positions);

 private:
  void flush() {
    if (gap_ > 0) print_hole(gap_, out_);
    gap_ = 0;
  }
  std::string& out_;
  uint32_t gap_ = 0;  // positions without a record, not yet printed
};

void BlockCutter::cut(std::string_view lines, const std::vector<uint32_t>& positions) {
  auto deleted = positions.begin();
  for (uint32_t position = 0; !lines.empty();) {
    const std::string_view line = lines.substr(0, lines.find('\n') + 1);
    lines.remove_prefix(line.size());
    if (auto hole = hole_at(line)) {
      gap_ += *hole;
      position += *hole;
      continue;
    }
    if (deleted != positions.end() && *deleted == position) {
      ++deleted;
      ++gap_;
    } else {
      flush();
      out_ += line;
    }
    ++position;
  }
  flush();
}

class Reindex {
 public:
  Reindex(FileSystem& files, const ReindexOptions& options) : files_(files), options_(options) {}
  Result<ReindexReport> run();

 private:
  Status open();
  Status work_on_tenant(const std::string& tenant, const std::vector<FileExtent>& extents);
  Result<uint64_t> count_deleted(const FileExtent& extent, DeletedLines& deleted);
  Status rewrite(const FileExtent& extent, DeletedLines& deleted);
  Status write_draft(const FileExtent& extent, DeletedLines& deleted, uint64_t& bytes);
  Status cut_frame(File& file, const FileExtent& extent, const Frame& frame, DeletedLines& deleted);
  Block block_of(const FileExtent& extent, const Frame& frame, const BlockEntry& entry,
                 uint32_t index) const;
  void count_progress(const FileExtent& extent);

  FileSystem& files_;
  const ReindexOptions& options_;
  int64_t now_ = 0;
  DataDir dir_;
  std::unique_ptr<DeletionLog> log_;
  std::map<std::string, std::vector<FileExtent>> tenants_;
  std::set<std::string> damaged_tenants_;
  OpenProgress progress_;
  ReindexReport report_;
  // Reused from frame to frame.
  std::string block_;
  std::string payload_;
  std::vector<uint32_t> positions_;
};

Status Reindex::open() {
  SystemClock system;
  const Clock& clock = options_.clock != nullptr ? *options_.clock : system;
  CLOGS_RETURN_IF_ERROR(find_data_dir(files_, options_.dir));
  now_ = clock.now_nanos();
  CLOGS_ASSIGN_OR_RETURN(dir_, open_data_dir(files_, options_.dir, now_, {}));
  RecoveryOptions recovery;
  recovery.dir = options_.dir;
  recovery.store_id = dir_.store_id;
  recovery.window_day = no_window;
  CLOGS_ASSIGN_OR_RETURN(Recovered recovered, recover(files_, recovery));
  CLOGS_ASSIGN_OR_RETURN(log_, DeletionLog::open(files_, dir_, DeletionLog::Access::write));
  report_.torn = std::move(recovered.torn);
  for (FoundFile& found : recovered.files) {
    progress_.bytes += found.extent.length;
    ++progress_.files;
    tenants_[found.extent.file->name.tenant].push_back(std::move(found.extent));
  }
  for (const TornTail& torn : log_->torn()) report_.torn.push_back(torn);
  for (const Damage& damage : log_->damage()) report_.damage.push_back(damage);
  return ok_status();
}

void Reindex::count_progress(const FileExtent& extent) {
  ++progress_.files_done;
  progress_.bytes_done += extent.length;
  if (options_.progress) options_.progress(progress_);
}

Block Reindex::block_of(const FileExtent& extent, const Frame& frame, const BlockEntry& entry,
                        uint32_t index) const {
  Block block;
  block.lines = std::string_view(block_).substr(0, entry.bytes);
  block.first = {frame.header.time, extent.file->store, index};
  block.stream = entry.stream;
  block.has_meta = entry.meta;
  block.has_holes = entry.removed > 0;
  return block;
}

// data_loss where a part of the file cannot be read.
Result<uint64_t> Reindex::count_deleted(const FileExtent& extent, DeletedLines& deleted) {
  CLOGS_ASSIGN_OR_RETURN(auto file, files_.open(extent.file->path, OpenMode::read));
  if (extent.file->begin == 0) return data_loss("the first line is damaged");
  uint64_t count = 0;
  FrameCursor cursor(*file, extent.file->begin, extent.length, Batches::skip);
  for (;;) {
    CLOGS_ASSIGN_OR_RETURN(auto outcome, cursor.next());
    if (outcome == FrameCursor::Outcome::end) return count;
    if (outcome == FrameCursor::Outcome::damage) return data_loss(cursor.damage_reason());
    const Frame& frame = cursor.frame();
    uint64_t offset = frame.payload;
    uint32_t index = 0;
    for (const BlockEntry& entry : frame.header.blocks) {
      CLOGS_RETURN_IF_ERROR(read_block(*file, offset, entry, block_));
      deleted.find(block_of(extent, frame, entry, index), positions_);
      count += positions_.size();
      offset += entry.bytes;
      index += entry.count;
    }
  }
}

// Into payload_, with the header line first.
Status Reindex::cut_frame(File& file, const FileExtent& extent, const Frame& frame,
                          DeletedLines& deleted) {
  FrameHeader header = frame.header;
  header.bytes = 0;
  payload_.clear();
  uint64_t offset = frame.payload;
  uint32_t index = 0;
  for (BlockEntry& entry : header.blocks) {
    CLOGS_RETURN_IF_ERROR(read_block(file, offset, entry, block_));
    const Block block = block_of(extent, frame, entry, index);
    offset += entry.bytes;
    index += entry.count;
    deleted.find(block, positions_);
    const size_t begin = payload_.size();
    BlockCutter(payload_).cut(block.lines, positions_);
    const std::string_view lines = std::string_view(payload_).substr(begin);
    entry.removed += static_cast<uint32_t>(positions_.size());
    entry.bytes = lines.size();
    entry.sum = checksum(lines);
    header.bytes += lines.size();
  }
  payload_.insert(0, print_frame_header(header));
  return ok_status();
}

Status Reindex::write_draft(const FileExtent& extent, DeletedLines& deleted, uint64_t& bytes) {
  CLOGS_ASSIGN_OR_RETURN(auto file, files_.open(extent.file->path, OpenMode::read));
  CLOGS_ASSIGN_OR_RETURN(auto draft,
                         files_.open(reindex_draft_path(options_.dir), OpenMode::create));
  const FileName& name = extent.file->name;
  payload_ =
      print_file_line({file_version_holes, extent.file->store, name.tenant, name.day, name.number});
  FrameCursor cursor(*file, extent.file->begin, extent.length, Batches::read);
  for (;;) {
    const std::string_view piece = payload_;
    CLOGS_RETURN_IF_ERROR(write_all(*draft, {&piece, 1}, bytes));
    bytes += piece.size();
    CLOGS_ASSIGN_OR_RETURN(auto outcome, cursor.next());
    if (outcome == FrameCursor::Outcome::end) return draft->sync();
    if (outcome == FrameCursor::Outcome::damage) return data_loss(cursor.damage_reason());
    CLOGS_RETURN_IF_ERROR(cut_frame(*file, extent, cursor.frame(), deleted));
  }
}

Status Reindex::rewrite(const FileExtent& extent, DeletedLines& deleted) {
  const std::string draft = reindex_draft_path(options_.dir);
  const FileName& name = extent.file->name;
  uint64_t bytes = 0;
  Status status = write_draft(extent, deleted, bytes);
  if (status.ok()) status = files_.rename(draft, extent.file->path);
  if (!status.ok()) {
    (void)files_.remove(draft);
    return status;
  }
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(day_path(options_.dir, name.tenant, name.day)));
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(options_.dir));
  ++report_.rewritten;
  report_.freed_bytes += extent.length > bytes ? extent.length - bytes : 0;
  return ok_status();
}

Status Reindex::work_on_tenant(const std::string& tenant, const std::vector<FileExtent>& extents) {
  const DeletionList deletions = log_->in_force(tenant);
  std::unique_ptr<DeletedLines> deleted;
  if (deletions != nullptr) {
    CLOGS_ASSIGN_OR_RETURN(deleted, options_.compile(deletions, tenant));
  }
  for (const FileExtent& extent : extents) {
    ++report_.files;
    if (deleted != nullptr) {
      auto count = count_deleted(extent, *deleted);
      if (count.status().code() == Code::data_loss) {
        // What cannot be read may hold what is deleted, and is not thrown away unread.
        report_.damage.push_back({extent.file->path, 0, count.status().message()});
        damaged_tenants_.insert(tenant);
      } else if (!count.ok()) {
        return count.status();
      } else if (*count > 0) {
        CLOGS_RETURN_IF_ERROR(rewrite(extent, *deleted));
        report_.removed += *count;
      }
    }
    count_progress(extent);
  }
  return ok_status();
}

Result<ReindexReport> Reindex::run() {
  CLOGS_RETURN_IF_ERROR(open());
  for (const auto& [tenant, extents] : tenants_) {
    CLOGS_RETURN_IF_ERROR(work_on_tenant(tenant, extents));
  }
  for (const Deletion& deletion : log_->all()) {
    if (deletion.applied || damaged_tenants_.contains(deletion.tenant)) continue;
    report_.applied.push_back(deletion.number);
  }
  CLOGS_RETURN_IF_ERROR(log_->mark_applied(report_.applied, now_));
  return std::move(report_);
}

}  // namespace

Result<ReindexReport> reindex(const ReindexOptions& options) {
  FileSystem& files = options.file_system ? *options.file_system : posix_file_system();
  return Reindex(files, options).run();
}

}  // namespace clogs::store
