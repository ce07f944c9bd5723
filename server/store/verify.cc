#include "server/store/verify.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/store/data_dir.h"
#include "server/store/deletion_log.h"
#include "server/store/frame_cursor.h"
#include "server/store/holes.h"

namespace clogs::store {
namespace {

class Verification {
 public:
  Verification(FileSystem& files, const VerifyOptions& options)
      : files_(files), options_(options) {}
  Result<VerifyReport> run();

 private:
  Status check_file(const FileName& name, uint16_t store_id, bool is_newest);
  void check_file_line(const LogFileInfo& info, File& file);
  Status check_frame(File& file, const Frame& frame);
  Status check_deletions(const DataDir& dir);

  FileSystem& files_;
  const VerifyOptions& options_;
  VerifyReport report_;
  OpenProgress progress_;
  std::string scratch_;
};

Result<VerifyReport> Verification::run() {
  CLOGS_ASSIGN_OR_RETURN(DataDir dir, open_data_dir_for_reading(files_, options_.dir));
  CLOGS_ASSIGN_OR_RETURN(auto names, list_log_files(files_, options_.dir, &report_.strange));
  progress_.files = names.size();
  for (const FileName& name : names) {
    auto file = files_.open(file_path(options_.dir, name), OpenMode::read);
    auto size = file.ok() ? (*file)->size() : Result<uint64_t>(file.status());
    if (size.ok()) progress_.bytes += *size;
  }
  for (size_t i = 0; i < names.size(); ++i) {
    bool is_newest = i + 1 == names.size() || names[i + 1].tenant != names[i].tenant;
    Status checked = check_file(names[i], dir.store_id, is_newest);
    if (!checked.ok()) {
      report_.damage.push_back({file_path(options_.dir, names[i]), 0, checked.message()});
    }
    ++report_.files;
    ++progress_.files_done;
    if (options_.progress) options_.progress(progress_);
  }
  CLOGS_RETURN_IF_ERROR(check_deletions(dir));
  return std::move(report_);
}

Status Verification::check_deletions(const DataDir& dir) {
  CLOGS_ASSIGN_OR_RETURN(auto log, DeletionLog::open(files_, dir, DeletionLog::Access::read));
  report_.bytes += log->length();
  report_.deletions = log->all().size();
  std::ranges::copy(log->damage(), std::back_inserter(report_.damage));
  std::ranges::copy(log->torn(), std::back_inserter(report_.torn));
  return ok_status();
}

// The file line, against the file's place.
void Verification::check_file_line(const LogFileInfo& info, File& file) {
  if (info.begin == 0) {
    report_.damage.push_back({info.path, 0, "the first line is damaged"});
    return;
  }
  std::string text(info.begin - 1, '\0');
  auto got = read_full(file, text.data(), text.size(), 0);
  auto line = got.ok() ? parse_file_line(text) : Result<FileLine>(got.status());
  if (!line.ok() || line->tenant != info.name.tenant || line->day != info.name.day ||
      line->number != info.name.number) {
    report_.damage.push_back({info.path, 0, "the first line names another file"});
  }
}

// Sums, and what the sums do not say: that the lines are as many as the header counts.
Status Verification::check_frame(File& file, const Frame& frame) {
  uint64_t offset = frame.payload;
  for (const BlockEntry& block : frame.header.blocks) {
    CLOGS_RETURN_IF_ERROR(read_block(file, offset, block, scratch_));
    std::string_view lines = std::string_view(scratch_).substr(0, block.bytes);
    const Positions positions = count_positions(lines);
    if (!lines.ends_with('\n') || positions.all != block.count ||
        positions.removed != block.removed) {
      return data_loss("the block does not have as many records as its header says");
    }
    offset += block.bytes;
  }
  return ok_status();
}

Status Verification::check_file(const FileName& name, uint16_t store_id, bool is_newest) {
  std::string path = file_path(options_.dir, name);
  CLOGS_ASSIGN_OR_RETURN(auto file, files_.open(path, OpenMode::read));
  CLOGS_ASSIGN_OR_RETURN(uint64_t size, file->size());
  CLOGS_ASSIGN_OR_RETURN(LogFilePtr info, read_file_info(options_.dir, name, store_id, *file));
  std::vector<Damage> pending;  // behind the last good frame
  uint64_t good = info->begin;
  FrameCursor cursor(*file, info->begin, size, Batches::read);
  for (;;) {
    CLOGS_ASSIGN_OR_RETURN(auto outcome, cursor.next());
    if (outcome == FrameCursor::Outcome::end) break;
    if (outcome == FrameCursor::Outcome::damage) {
      pending.push_back({path, cursor.damage_from(), cursor.damage_reason()});
      continue;
    }
    const Frame& frame = cursor.frame();
    progress_.bytes_done += frame.end() - frame.offset;
    if (options_.progress) options_.progress(progress_);
    if (Status checked = check_frame(*file, frame); !checked.ok()) {
      pending.push_back({path, frame.offset, checked.message()});
      continue;
    }
    std::ranges::move(pending, std::back_inserter(report_.damage));
    pending.clear();
    good = frame.end();
    ++report_.frames;
    report_.records += frame.header.records;
    for (const BlockEntry& block : frame.header.blocks) report_.records -= block.removed;
  }
  report_.bytes += size;
  bool torn = is_newest && !pending.empty();
  if (torn) {
    report_.torn.push_back({path, good, size - good, ""});
  } else {
    std::ranges::move(pending, std::back_inserter(report_.damage));
  }
  if (good > 0 || !torn) check_file_line(*info, *file);
  return ok_status();
}

}  // namespace

Result<VerifyReport> verify(const VerifyOptions& options) {
  FileSystem& files = options.file_system ? *options.file_system : posix_file_system();
  return Verification(files, options).run();
}

}  // namespace clogs::store
