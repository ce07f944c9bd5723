// A process's own place in the spool's directory: a folder whose lock file tells whether its owner
// lives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "core/queue/file_system.h"

namespace clogs::queue {

class SpoolFolder {
 public:
  // A new one inside `directory`, named by `now` (Unix nanoseconds) and the process, so that names
  // sort by age.
  static Result<SpoolFolder> make(FileSystem& files, const std::string& directory, int64_t now);
  // One whose owner is dead. aborted if he lives, or somebody else was quicker.
  static Result<SpoolFolder> adopt(FileSystem& files, std::string path);

  const std::string& path() const { return path_; }
  std::string segment_path(uint64_t number) const;
  // Files of segments, oldest first.
  Result<std::vector<std::string>> segments() const;
  // Takes the folder away if there is no segment in it. What is left is left to the next who
  // adopts.
  void remove_if_empty();

 private:
  SpoolFolder(FileSystem& files, std::string path, std::unique_ptr<FileLock> lock)
      : files_(&files), path_(std::move(path)), lock_(std::move(lock)) {}

  FileSystem* files_;
  std::string path_;
  std::unique_ptr<FileLock> lock_;
};

}  // namespace clogs::queue
