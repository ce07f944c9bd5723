// The system calls that the spool makes, so that tests can make them fail and stop short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"

namespace clogs::queue {

// Positions and sizes are bytes. Used by one thread.
class File {
 public:
  virtual ~File() = default;
  // Writes the pieces one behind the other; may stop short, but writes at least one byte.
  virtual Result<size_t> write(std::span<const std::string_view> pieces, uint64_t offset) = 0;
  // May stop short; 0 only at the end of the file.
  virtual Result<size_t> read(char* into, size_t size, uint64_t offset) = 0;
  virtual Status sync() = 0;  // fdatasync
  virtual Status truncate(uint64_t size) = 0;
  virtual Result<uint64_t> size() = 0;
};

// Held until it is destroyed, or until every process that inherited it has ended or closed it.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode : uint8_t { existing, create };  // create: already_exists if it is there

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // Files and directories are made for their owner only.
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual Status make_directory(const std::string& path) = 0;  // already_exists if it is there
  // Names without "." and "..", sorted.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  virtual Status remove(const std::string& path) = 0;
  virtual Status remove_directory(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  // aborted if somebody else holds it or removed it meanwhile.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path, OpenMode mode) = 0;
};

// The real one; it has no state.
FileSystem& posix_file_system();

// All of it, however often the file stops short.
Status write_all(File& file, std::string_view first, std::string_view second, uint64_t offset);
// As many bytes as there are up to `size`.
Result<size_t> read_full(File& file, char* into, size_t size, uint64_t offset);

}  // namespace clogs::queue
