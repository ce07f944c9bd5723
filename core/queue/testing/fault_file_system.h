// The real file system with calls that fail or stop short when a test says so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/queue/file_system.h"

namespace clogs::queue {

class FaultFileSystem final : public FileSystem {
 public:
  // The changing call after `calls` more fails with `err`, and `failures - 1` behind it. A write
  // that fails has written half.
  void fail(uint64_t calls, int err, uint64_t failures = 1) {
    calls_ = calls;
    err_ = err;
    failures_ = failures;
  }
  uint64_t changing_calls() const { return seen_; }

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    if (mode == OpenMode::create && due()) return failure(path);
    auto file = real_.open(path, mode);
    if (!file.ok()) return file.status();
    return std::unique_ptr<File>(std::make_unique<Wrapped>(*this, std::move(*file)));
  }
  Status make_directory(const std::string& path) override {
    return due() ? failure(path) : real_.make_directory(path);
  }
  Result<std::vector<std::string>> list(const std::string& path) override {
    return real_.list(path);
  }
  Status remove(const std::string& path) override {
    return due() ? failure(path) : real_.remove(path);
  }
  Status remove_directory(const std::string& path) override {
    return due() ? failure(path) : real_.remove_directory(path);
  }
  Status sync_directory(const std::string& path) override {
    return due() ? failure(path) : real_.sync_directory(path);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path, OpenMode mode) override {
    if (mode == OpenMode::create && due()) return failure(path);
    return real_.lock(path, mode);
  }

 private:
  class Wrapped final : public File {
   public:
    Wrapped(FaultFileSystem& files, std::unique_ptr<File> file)
        : files_(files), file_(std::move(file)) {}
    Result<size_t> write(std::span<const std::string_view> pieces, uint64_t offset) override {
      // Writes stop short now and then, as they may.
      const std::string_view piece = pieces[0].empty() ? pieces.back() : pieces[0];
      const std::string_view half = piece.substr(0, std::max<size_t>(1, piece.size() / 2));
      if (files_.due()) {
        (void)file_->write(std::span(&half, 1), offset);
        return files_.failure("write");
      }
      return files_.seen_ % 2 == 0 ? file_->write(std::span(&half, 1), offset)
                                   : file_->write(pieces, offset);
    }
    Result<size_t> read(char* into, size_t size, uint64_t offset) override {
      return file_->read(into, std::max<size_t>(1, size / 2), offset);
    }
    Status sync() override { return files_.due() ? files_.failure("sync") : file_->sync(); }
    Status truncate(uint64_t size) override {
      return files_.due() ? files_.failure("truncate") : file_->truncate(size);
    }
    Result<uint64_t> size() override { return file_->size(); }

   private:
    FaultFileSystem& files_;
    std::unique_ptr<File> file_;
  };

  bool due() {
    ++seen_;
    if (failures_ == 0) return false;
    if (calls_ > 0) {
      --calls_;
      return false;
    }
    --failures_;
    return true;
  }
  Status failure(const std::string& what) const { return errno_status(err_, what); }

  FileSystem& real_ = posix_file_system();
  uint64_t calls_ = 0;
  uint64_t failures_ = 0;
  uint64_t seen_ = 0;
  int err_ = 0;
};

}  // namespace clogs::queue
