// The system calls that the store makes, so that tests can make them fail, tear and forget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"

namespace clogs::store {

// Positions and sizes are bytes. Reads are thread-safe; the rest is called by one thread at a time.
class File {
 public:
  virtual ~File() = default;
  // Writes the pieces one behind the other; like pwritev(2) it may stop short, but writes at least
  // one byte if there is one.
  virtual Result<size_t> write(std::span<const std::string_view> pieces, uint64_t offset) = 0;
  // May stop short; 0 only at the end of the file.
  virtual Result<size_t> read(char* into, size_t size, uint64_t offset) = 0;
  virtual Status sync_data() = 0;  // fdatasync
  virtual Status sync() = 0;       // fsync
  virtual Status truncate(uint64_t size) = 0;
  virtual Result<uint64_t> size() = 0;
};

// Held until it is destroyed, or the process ends in whatever way.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode : uint8_t { read, write, create };  // create: already_exists if it is there
enum class LockMode : uint8_t { shared, exclusive };

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual Status make_directory(const std::string& path) = 0;  // already_exists if it is there
  // Without "." and "..", sorted by name.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) = 0;
  virtual Status remove(const std::string& path) = 0;
  virtual Status remove_directory(const std::string& path) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  virtual Result<uint64_t> free_bytes(const std::string& path) = 0;
  // Exclusive: creates the file where needed and writes the process id into it. aborted if
  // somebody else holds it, with a sentence that names the process if it is known.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path, LockMode mode) = 0;
};

// The real one; it has no state.
FileSystem& posix_file_system();

// All of it, however often the file stops short.
Status write_all(File& file, std::span<const std::string_view> pieces, uint64_t offset);
// As many bytes as there are up to `size`.
Result<size_t> read_full(File& file, char* into, size_t size, uint64_t offset);
// A whole small file; out_of_range if it is longer than `limit`.
Result<std::string> read_small_file(FileSystem& files, const std::string& path, size_t limit);

}  // namespace clogs::store
