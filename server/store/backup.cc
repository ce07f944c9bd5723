#include "server/store/backup.h"

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "server/store/data_dir.h"
#include "server/store/verify.h"

namespace clogs::store {
namespace {

constexpr size_t piece_bytes = size_t{1} << 20;
// Free space beside the files' bytes: for folders, and the last blocks of files.
constexpr uint64_t spare_bytes = uint64_t{1} << 20;

// A path of a plan from elsewhere must not lead out of the folder.
bool is_inner_path(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view step = path.substr(0, slash);
    if (step.empty() || step == "." || step == "..") return false;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return true;
}

Status remove_tree(FileSystem& files, const std::string& path) {
  CLOGS_ASSIGN_OR_RETURN(auto entries, files.list(path));
  for (const DirectoryEntry& entry : entries) {
    const std::string child = path + "/" + entry.name;
    CLOGS_RETURN_IF_ERROR(entry.is_directory ? remove_tree(files, child) : files.remove(child));
  }
  return files.remove_directory(path);
}

class Writer {
 public:
  Writer(FileSystem& files, BackupSource& source, const BackupOptions& options)
      : files_(files), source_(source), options_(options) {
    while (options_.dir.size() > 1 && options_.dir.ends_with('/')) options_.dir.pop_back();
    const size_t slash = options_.dir.rfind('/');
    parent_ = slash == std::string::npos ? "." : slash == 0 ? "/" : options_.dir.substr(0, slash);
    partial_ = fmt::format("{}.partial-{:08x}", options_.dir, std::random_device{}());
  }

  Result<BackupReport> run();

 private:
  Status check_target();
  Status check_space() const;
  Status copy_all();
  Status copy(const BackupFile& file);
  Status make_folders(std::string_view path);
  Status sync_folders();
  Status check();

  FileSystem& files_;
  BackupSource& source_;
  BackupOptions options_;
  std::string parent_;
  std::string partial_;
  std::set<std::string> folders_;  // that were made
  BackupPlan plan_;
  BackupReport report_;
};

Status Writer::check_target() {
  auto entries = files_.list(options_.dir);
  if (!entries.ok()) {
    return entries.status().code() == Code::not_found ? ok_status() : entries.status();
  }
  if (entries->empty()) return ok_status();
  return Status(Code::already_exists,
                options_.dir + " is not empty; name a new or an empty directory for the backup");
}

Status Writer::check_space() const {
  auto free = files_.free_bytes(parent_);
  if (!free.ok() || *free >= plan_.bytes() + spare_bytes) return ok_status();
  return unavailable(fmt::format("the backup needs {} bytes, and {} are free at {}",
                                 plan_.bytes() + spare_bytes, *free, parent_));
}

Status Writer::make_folders(std::string_view path) {
  for (size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    std::string folder = partial_ + "/" + std::string(path.substr(0, slash));
    if (!folders_.insert(folder).second) continue;
    CLOGS_RETURN_IF_ERROR(files_.make_directory(folder));
  }
  return ok_status();
}

Status Writer::copy(const BackupFile& file) {
  if (!is_inner_path(file.path)) return data_loss("the plan names a bad path: " + file.path);
  CLOGS_RETURN_IF_ERROR(make_folders(file.path));
  CLOGS_ASSIGN_OR_RETURN(auto out, files_.open(partial_ + "/" + file.path, OpenMode::create));
  uint64_t at = 0;
  Status read = source_.read(file, 0, file.bytes, [&](std::string_view piece) {
    if (options_.should_stop && options_.should_stop()) {
      return Status(Code::cancelled, "Interrupted");
    }
    CLOGS_RETURN_IF_ERROR(write_all(*out, {&piece, 1}, at));
    at += piece.size();
    report_.bytes += piece.size();
    if (options_.progress) options_.progress(report_.bytes, plan_.bytes());
    return ok_status();
  });
  CLOGS_RETURN_IF_ERROR(read);
  if (at != file.bytes) return data_loss(file.path + " came shorter than it was planned");
  ++report_.files;
  return out->sync();
}

Status Writer::sync_folders() {
  for (const std::string& folder : folders_) CLOGS_RETURN_IF_ERROR(files_.sync_directory(folder));
  return files_.sync_directory(partial_);
}

Status Writer::check() {
  CLOGS_ASSIGN_OR_RETURN(VerifyReport verified,
                         verify({.dir = partial_, .file_system = &files_, .progress = {}}));
  report_.records = verified.records;
  report_.damage = std::move(verified.damage);
  for (Damage& damage : report_.damage) {
    if (damage.file.starts_with(partial_)) {
      damage.file.replace(0, partial_.size(), options_.dir);
    }
  }
  // The source gives whole frames only.
  if (verified.torn.empty()) return ok_status();
  return data_loss("the copy of " + verified.torn.front().file + " has an unfinished end");
}

Status Writer::copy_all() {
  CLOGS_RETURN_IF_ERROR(files_.make_directory(partial_));
  for (const BackupFile& file : plan_.files) CLOGS_RETURN_IF_ERROR(copy(file));
  CLOGS_RETURN_IF_ERROR(sync_folders());
  CLOGS_RETURN_IF_ERROR(check());
  CLOGS_RETURN_IF_ERROR(files_.rename(partial_, options_.dir));
  return files_.sync_directory(parent_);
}

Result<BackupReport> Writer::run() {
  CLOGS_RETURN_IF_ERROR(check_target());
  CLOGS_ASSIGN_OR_RETURN(plan_, source_.plan());
  CLOGS_RETURN_IF_ERROR(check_space());
  report_.as_of_nanos = plan_.as_of_nanos;
  Status copied = copy_all();
  if (copied.ok()) return std::move(report_);
  Status removed = remove_tree(files_, partial_);
  if (removed.ok() || removed.code() == Code::not_found) return copied;
  return copied.with_context("what was copied is left in " + partial_);
}

}  // namespace

Result<BackupPlan> DirectoryBackup::plan() {
  BackupPlan plan;
  CatalogSnapshot snapshot = catalog_.everything();
  plan.as_of_nanos = snapshot.as_of_nanos;
  if (uint64_t length = deletions_.length(); length > 0) {
    plan.files.push_back({std::string(deletion_log_name), length});
  }
  for (const FileExtent& extent : snapshot.files) {
    plan.files.push_back({extent.file->path.substr(dir_.size() + 1), extent.length});
  }
  // Replaced as a whole and never by a lower version, so that it fits all that is read before it.
  CLOGS_ASSIGN_OR_RETURN(uint64_t bytes, identity_bytes());
  plan.files.push_back({std::string(identity_name), bytes});
  return plan;
}

Result<uint64_t> DirectoryBackup::identity_bytes() const {
  CLOGS_ASSIGN_OR_RETURN(auto file,
                         files_.open(dir_ + "/" + std::string(identity_name), OpenMode::read));
  return file->size();
}

Result<uint64_t> DirectoryBackup::committed(const std::string& path) const {
  if (path == identity_name) return identity_bytes();
  if (path == deletion_log_name) return deletions_.length();
  if (auto length = catalog_.length_of(dir_ + "/" + path)) return *length;
  return not_found("no file of the store is called " + path);
}

Status DirectoryBackup::read(const BackupFile& file, uint64_t from, uint64_t to,
                             const TakeBytes& take) {
  CLOGS_ASSIGN_OR_RETURN(uint64_t length, committed(file.path));
  if (to > length || from > to) {
    return out_of_range(
        fmt::format("{} has {} bytes, not those from {} to {}", file.path, length, from, to));
  }
  CLOGS_ASSIGN_OR_RETURN(auto input, files_.open(dir_ + "/" + file.path, OpenMode::read));
  std::string piece(static_cast<size_t>(std::min<uint64_t>(piece_bytes, to - from)), '\0');
  for (uint64_t at = from; at < to;) {
    size_t want = static_cast<size_t>(std::min<uint64_t>(piece.size(), to - at));
    CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(*input, piece.data(), want, at));
    if (got == 0) return data_loss(file.path + " is shorter than what is committed of it");
    CLOGS_RETURN_IF_ERROR(take(std::string_view(piece).substr(0, got)));
    at += got;
  }
  return ok_status();
}

Result<BackupReport> write_backup(BackupSource& source, const BackupOptions& options) {
  FileSystem& files = options.file_system ? *options.file_system : posix_file_system();
  return Writer(files, source, options).run();
}

}  // namespace clogs::store
