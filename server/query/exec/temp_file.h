// Files without a name: they go when they are closed, or when the process ends in whatever way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "clogs/result.h"

namespace clogs::query {

// Positions are bytes. Reads and writes of different places are thread-safe.
class TempFile {
 public:
  virtual ~TempFile() = default;
  // May stop short, like pwrite(2).
  virtual Result<size_t> write(std::string_view bytes, uint64_t offset) = 0;
  // May stop short; 0 only at the end of the file.
  virtual Result<size_t> read(char* into, size_t size, uint64_t offset) = 0;
  // Whether the disk could take back these bytes, which are not read again.
  virtual bool discard(uint64_t offset, uint64_t size) = 0;
};

// Makes them; tests make ones that fail.
class TempFiles {
 public:
  virtual ~TempFiles() = default;
  virtual Result<std::unique_ptr<TempFile>> create(const std::string& dir) = 0;
  virtual Result<uint64_t> free_bytes(const std::string& dir) = 0;
};

// The real ones; no state.
TempFiles& posix_temp_files();

}  // namespace clogs::query
