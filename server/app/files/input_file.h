// A file or standard input as a stream of bytes, decompressed by what its first bytes say.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/api/decoder.h"

namespace clogs::app {

class InputFile {
 public:
  // "-" is standard input. gzip and zstd are known by their magic numbers, whatever the name.
  static Result<std::unique_ptr<InputFile>> open(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Appends the next bytes, at least one; false at the end. data_loss where compressed data is
  // damaged or ends too early; what came before stands.
  Result<bool> read(std::string& out);

  const std::string& path() const { return path_; }
  // Bytes of the file as it lies on disk.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t size() const { return size_; }  // 0: not known

 private:
  InputFile(std::string path, int fd, uint64_t size);
  Result<size_t> fill();
  Status expand(std::string_view raw, std::string& out);

  std::string path_;
  int fd_;
  uint64_t size_;
  uint64_t bytes_read_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  std::unique_ptr<api::Decoder> decoder_;  // null: the bytes as they are
  std::string raw_;
};

// Files as they are, folders as the log files below them (.edn .ndjson .json .jsonl .log .txt, also
// .gz and .zst), sorted by path. not_found names a path that does not exist.
Result<std::vector<std::string>> expand_paths(const std::vector<std::string>& paths);

}  // namespace clogs::app
