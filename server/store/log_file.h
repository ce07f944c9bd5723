// The file that a tenant's frames are appended to: padding, sync, and cutting away what failed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/store/catalog.h"
#include "server/store/file_system.h"

namespace clogs::store {

class LogFile {
 public:
  enum class Outcome : uint8_t {
    stored,
    refused,     // nothing of it is left; the file is good
    distrusted,  // nothing of it is left, but the disk failed under this file: begin another one
    uncertain,   // it could not be taken back: it may be there after a restart
  };
  struct Appended {
    Outcome outcome = Outcome::stored;
    Status status;        // why it was not stored
    uint64_t offset = 0;  // of the frame
    double sync_seconds = 0;
  };

  // A file that is created by the first append, with its directories.
  static std::unique_ptr<LogFile> create(FileSystem& files, const std::string& dir, FileName name,
                                         uint16_t store);
  // Goes on behind `length` committed bytes.
  static Result<std::unique_ptr<LogFile>> resume(FileSystem& files, const FileExtent& extent);

  // Writes a frame and syncs it.
  Appended append(std::span<const std::string_view> frame);
  // Gives the space behind the last frame back; harmless if it fails.
  void cut_padding();

  const LogFilePtr& info() const { return info_; }
  // Up to the last stored frame; 0 while the file is not created.
  uint64_t length() const { return length_; }

 private:
  LogFile(FileSystem& files, LogFilePtr info) : files_(files), info_(std::move(info)) {}
  Status create_file();
  Status remove_file();
  Appended append_frame(std::span<const std::string_view> frame);
  Status write(std::span<const std::string_view> pieces, uint64_t bytes);
  Status take_back();

  FileSystem& files_;
  LogFilePtr info_;
  std::unique_ptr<File> file_;  // null before the first append
  std::string dir_;             // of the store
  std::string first_line_;      // until it is written
  uint64_t length_ = 0;         // committed
  uint64_t padded_ = 0;         // size of the file as far as it is known, at least length_
};

}  // namespace clogs::store
