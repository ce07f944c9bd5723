// Temporary files in memory that fail on demand, for tests.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>

#include "server/query/exec/temp_file.h"

namespace clogs::query::testing {

class MemoryTempFiles final : public TempFiles {
 public:
  static constexpr uint64_t never = std::numeric_limits<uint64_t>::max();

  // Calls before a fault, counted from now; never: none.
  struct Faults {
    bool create_fails = false;
    uint64_t capacity = never;        // bytes, then ENOSPC
    size_t longest_write = SIZE_MAX;  // writes stop short after so many bytes
    size_t longest_read = SIZE_MAX;   // reads too
    uint64_t reads_until_error = never;
    uint64_t reads_until_flip = never;  // a byte of that read is another one
    uint64_t reads_until_end = never;   // that read finds the end of the file
    bool can_discard = true;
  };
  Faults faults;
  uint64_t free = never;
  // Called with each write, from any thread.
  std::function<void()> on_write = [] {};

  uint64_t writes() const { return writes_; }
  uint64_t created() const { return created_; }
  uint64_t open_files() const { return open_; }
  void start_over() { writes_ = reads_ = created_ = bytes_ = 0; }

  Result<std::unique_ptr<TempFile>> create(const std::string&) override {
    if (faults.create_fails) return errno_status(EACCES, "cannot create a temporary file");
    ++created_;
    return std::unique_ptr<TempFile>(std::make_unique<File>(*this));
  }
  Result<uint64_t> free_bytes(const std::string&) override { return free; }

 private:
  class File final : public TempFile {
   public:
    explicit File(MemoryTempFiles& owner) : owner_(owner) { ++owner_.open_; }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() override { --owner_.open_; }

    Result<size_t> write(std::string_view bytes, uint64_t offset) override {
      owner_.on_write();
      ++owner_.writes_;
      std::lock_guard lock(mutex_);
      const size_t size = std::min(bytes.size(), owner_.faults.longest_write);
      if (owner_.bytes_ + size > owner_.faults.capacity) {
        return errno_status(ENOSPC, "cannot write a temporary file");
      }
      owner_.bytes_ += size;
      contents_.resize(std::max(contents_.size(), offset + size));
      std::memcpy(contents_.data() + offset, bytes.data(), size);
      return size;
    }

    Result<size_t> read(char* into, size_t size, uint64_t offset) override {
      const uint64_t read = owner_.reads_++;
      if (read == owner_.faults.reads_until_error) {
        return errno_status(EIO, "cannot read a temporary file");
      }
      if (read == owner_.faults.reads_until_end) return size_t{0};
      std::lock_guard lock(mutex_);
      if (offset >= contents_.size()) return size_t{0};
      size = std::min({size, owner_.faults.longest_read, contents_.size() - offset});
      std::memcpy(into, contents_.data() + offset, size);
      if (read == owner_.faults.reads_until_flip) into[size / 2] ^= 1;
      return size;
    }

    bool discard(uint64_t offset, uint64_t size) override {
      if (!owner_.faults.can_discard) return false;
      std::lock_guard lock(mutex_);
      std::memset(contents_.data() + offset, 0, size);
      return true;
    }

   private:
    MemoryTempFiles& owner_;
    std::mutex mutex_;
    std::string contents_;  // guarded by mutex_
  };

  std::atomic<uint64_t> writes_{0};
  std::atomic<uint64_t> reads_{0};
  std::atomic<uint64_t> created_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> open_{0};
};

}  // namespace clogs::query::testing
