#include "server/store/log_file.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "server/store/limits.h"

namespace clogs::store {
namespace {

// Padding pays where a sync would otherwise write the file's size for few records; a frame of this
// share of the step costs more to write twice than the sync saves.
constexpr uint64_t frames_a_step_min = 8;

std::string_view newlines() {
  static const std::string text(size_t{64} << 10, '\n');
  return text;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::unique_ptr<LogFile> LogFile::create(FileSystem& files, const std::string& dir, FileName name,
                                         uint16_t store) {
  auto info = std::make_shared<LogFileInfo>();
  info->path = file_path(dir, name);
  info->store = store;
  std::string line = print_file_line({file_version, store, name.tenant, name.day, name.number});
  info->begin = line.size();
  info->name = std::move(name);
  std::unique_ptr<LogFile> file(new LogFile(files, std::move(info)));
  file->dir_ = dir;
  file->first_line_ = std::move(line);
  return file;
}

Result<std::unique_ptr<LogFile>> LogFile::resume(FileSystem& files, const FileExtent& extent) {
  std::unique_ptr<LogFile> file(new LogFile(files, extent.file));
  CLOGS_ASSIGN_OR_RETURN(file->file_, files.open(extent.file->path, OpenMode::write));
  file->length_ = extent.length;
  file->padded_ = extent.length;
  return file;
}

// The file with its first line and its folders, all of them durable before the first frame: a
// folder is synced when something is put into it.
Status LogFile::create_file() {
  const FileName& name = info_->name;
  std::string tenant = tenant_path(dir_, name.tenant);
  std::string day = day_path(dir_, name.tenant, name.day);
  for (const auto& [path, parent] :
       {std::pair{dir_ + "/edn", dir_}, std::pair{tenant, dir_ + "/edn"}, std::pair{day, tenant}}) {
    Status made = files_.make_directory(path);
    if (!made.ok() && made.code() != Code::already_exists) return made;
    // Also where it is there already: who made it may have stopped before the sync.
    CLOGS_RETURN_IF_ERROR(files_.sync_directory(parent));
  }
  CLOGS_ASSIGN_OR_RETURN(file_, files_.open(info_->path, OpenMode::create));
  std::string_view line = first_line_;
  CLOGS_RETURN_IF_ERROR(write_all(*file_, {&line, 1}, 0));
  CLOGS_RETURN_IF_ERROR(file_->sync());
  CLOGS_RETURN_IF_ERROR(files_.sync_directory(day));
  length_ = padded_ = first_line_.size();
  first_line_.clear();
  return ok_status();
}

Status LogFile::remove_file() {
  if (file_ == nullptr) return ok_status();
  file_.reset();
  CLOGS_RETURN_IF_ERROR(files_.remove(info_->path));
  return files_.sync_directory(day_path(dir_, info_->name.tenant, info_->name.day));
}

Status LogFile::write(std::span<const std::string_view> pieces, uint64_t bytes) {
  CLOGS_RETURN_IF_ERROR(write_all(*file_, pieces, length_));
  uint64_t end = length_ + bytes;
  if (end <= padded_) return ok_status();
  padded_ = end;
  auto free = files_.free_bytes(info_->path);
  uint64_t step =
      free.ok() ? std::min<uint64_t>(padding_bytes_max, *free / padding_share_of_free) : 0;
  if (step / frames_a_step_min < bytes) return ok_status();
  uint64_t target = end + step;
  while (padded_ < target) {
    std::string_view piece = newlines().substr(0, target - padded_);
    auto written = file_->write({&piece, 1}, padded_);
    // Without it the frame is as good; what was written of it is newlines.
    if (!written.ok()) break;
    padded_ += *written;
  }
  return ok_status();
}

Status LogFile::take_back() {
  CLOGS_RETURN_IF_ERROR(file_->truncate(length_));
  padded_ = length_;
  return file_->sync();
}

LogFile::Appended LogFile::append(std::span<const std::string_view> frame) {
  if (first_line_.empty()) return append_frame(frame);
  Status created = create_file();
  if (created.ok()) return append_frame(frame);
  Appended result;
  result.status = created;
  Status removed = remove_file();
  if (!removed.ok()) result.status = created.with_context(removed.message());
  result.outcome = removed.ok() ? Outcome::refused : Outcome::uncertain;
  return result;
}

LogFile::Appended LogFile::append_frame(std::span<const std::string_view> frame) {
  Appended result;
  uint64_t bytes = 0;
  for (std::string_view piece : frame) bytes += piece.size();
  result.status = write(frame, bytes);
  bool written = result.status.ok();
  if (written) {
    auto start = std::chrono::steady_clock::now();
    result.status = file_->sync_data();
    result.sync_seconds = seconds_since(start);
  }
  if (result.status.ok()) {
    result.offset = length_;
    length_ += bytes;
    return result;
  }
  Status back = take_back();
  if (!back.ok()) {
    result.outcome = Outcome::uncertain;
    result.status = result.status.with_context(back.message());
  } else {
    bool full = result.status.code() == Code::unavailable;
    result.outcome = written || !full ? Outcome::distrusted : Outcome::refused;
  }
  return result;
}

void LogFile::cut_padding() {
  if (file_ == nullptr || padded_ == length_) return;
  if (file_->truncate(length_).ok() && file_->sync_data().ok()) padded_ = length_;
}

}  // namespace clogs::store
