#include "core/queue/spool_folder.h"

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace clogs::queue {
namespace {

constexpr std::string_view segment_suffix = ".segment";
// Somebody may take a new folder for a dead one between two calls of ours; not this often.
constexpr int attempts_max = 100;

std::string lock_path(const std::string& folder) { return folder + "/lock"; }

// So many digits that names sort as numbers do.
std::string padded(uint64_t number, size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

Result<SpoolFolder> SpoolFolder::make(FileSystem& files, const std::string& directory,
                                      int64_t now) {
  Status last = unavailable("no folder could be made in " + directory);
  for (int i = 0; i < attempts_max; ++i) {
    std::string path = directory + "/" + padded(static_cast<uint64_t>(now) + i, 20) + "-" +
                       std::to_string(::getpid());
    last = files.make_directory(path);
    if (last.code() == Code::already_exists) continue;
    if (!last.ok()) return last;
    auto lock = files.lock(lock_path(path), OpenMode::create);
    if (lock.ok()) return SpoolFolder(files, std::move(path), std::move(*lock));
    last = lock.status();
    if (last.code() == Code::aborted || last.code() == Code::already_exists ||
        last.code() == Code::not_found) {
      continue;
    }
    (void)files.remove_directory(path);
    return last;
  }
  return last;
}

Result<SpoolFolder> SpoolFolder::adopt(FileSystem& files, std::string path) {
  auto lock = files.lock(lock_path(path), OpenMode::existing);
  if (!lock.ok() && lock.status().code() == Code::not_found) {
    // Its owner died before there was a lock, or somebody is about to take the folder away. The
    // directory goes only if it is empty; one with segments gets a lock again.
    if (files.remove_directory(path).ok()) return Status(Code::aborted, path + " was empty");
    lock = files.lock(lock_path(path), OpenMode::create);
  }
  if (!lock.ok()) return lock.status();
  return SpoolFolder(files, std::move(path), std::move(*lock));
}

std::string SpoolFolder::segment_path(uint64_t number) const {
  return path_ + "/" + padded(number, 10) + std::string(segment_suffix);
}

Result<std::vector<std::string>> SpoolFolder::segments() const {
  CLOGS_ASSIGN_OR_RETURN(std::vector<std::string> names, files_->list(path_));
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(segment_suffix); });
  for (std::string& name : names) name.insert(0, path_ + "/");
  return names;
}

void SpoolFolder::remove_if_empty() {
  auto left = segments();
  if (!left.ok() || !left->empty()) return;
  // The lock is held while its file goes: who opened it before finds out by its link count.
  (void)files_->remove(lock_path(path_));
  (void)files_->remove_directory(path_);
}

}  // namespace clogs::queue
