#include "server/app/files/file_sources.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "server/app/files/input_file.h"

namespace clogs::app {

namespace {

// A block is handed out when its lines reach this; a line longer than that is a block of its own.
constexpr size_t block_bytes = size_t{1} << 20;

// One file on its way: read by one thread at a time, in order.
struct OpenFile {
  std::unique_ptr<InputFile> input;
  ingest::LineConverter lines;
  record::Id next_id;
  size_t rejections_told = 0;
};

int64_t changed_nanos(const std::string& path) {
  struct stat facts{};
  if (path == "-" || ::stat(path.c_str(), &facts) != 0) return 0;
  return int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
}

class FileSource final : public store::Source {
 public:
  FileSource(std::vector<std::string> paths, ingest::LineOptions options, int64_t as_of)
      : paths_(std::move(paths)), options_(std::move(options)), as_of_(as_of) {}

  Result<bool> next(store::BlockBuffer& buffer, store::Block& block) override {
    for (;;) {
      std::unique_ptr<OpenFile> file = take();
      if (file == nullptr) return false;
      bool more = fill(*file, buffer.bytes);
      record::Id first = file->next_id;
      auto lines =
          static_cast<uint32_t>(std::count(buffer.bytes.begin(), buffer.bytes.end(), '\n'));
      file->next_id.index += lines;
      give_back(more ? std::move(file) : nullptr);
      if (lines == 0) continue;
      block = {buffer.bytes, first, "logs", options_.accept_meta};
      return true;
    }
  }

  int64_t as_of_nanos() const override { return as_of_; }
  uint64_t files() const override { return paths_.size(); }

  std::vector<store::Damage> damage() const override {
    std::lock_guard lock(mutex_);
    return damage_;
  }

 private:
  // A file that nobody reads at the moment; null when all are read to their end.
  std::unique_ptr<OpenFile> take() {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (!waiting_.empty()) {
        std::unique_ptr<OpenFile> file = std::move(waiting_.front());
        waiting_.pop_front();
        ++busy_;
        return file;
      }
      if (next_path_ < paths_.size()) {
        size_t index = next_path_++;
        if (auto file = open(index)) {
          ++busy_;
          return file;
        }
        continue;
      }
      if (busy_ == 0) return nullptr;
      changed_.wait(lock);
    }
  }

  void give_back(std::unique_ptr<OpenFile> file) {
    std::lock_guard lock(mutex_);
    --busy_;
    if (file != nullptr) waiting_.push_back(std::move(file));
    changed_.notify_all();
  }

  std::unique_ptr<OpenFile> open(size_t index) {
    const std::string& path = paths_[index];
    Result<std::unique_ptr<InputFile>> input = InputFile::open(path);
    Result<ingest::LineConverter> lines = ingest::LineConverter::create(options_);
    if (!input.ok() || !lines.ok()) {
      damage_.push_back({path, 0, (input.ok() ? lines.status() : input.status()).message()});
      return nullptr;
    }
    // Files share their ids' index space: the store part of the id tells them apart.
    record::Id first{std::min(changed_nanos(path), as_of_), static_cast<uint16_t>(index), 0};
    return std::make_unique<OpenFile>(OpenFile{*std::move(input), *std::move(lines), first, 0});
  }

  // Replaces `text` by the next lines; false at the end of the file.
  bool fill(OpenFile& file, std::string& text) {
    text.clear();
    std::string bytes;
    bool more = true;
    while (more && file.lines.ready_bytes() < block_bytes) {
      bytes.clear();
      Result<bool> read = file.input->read(bytes);
      if (!read.ok()) tell(file.input->path(), file.input->bytes_read(), read.status().message());
      more = read.ok() && *read;
      file.lines.feed(bytes);
      if (!more) file.lines.finish();
    }
    file.lines.take(text);
    for (; file.rejections_told < file.lines.rejections().size(); ++file.rejections_told) {
      const ingest::LineRejection& rejected = file.lines.rejections()[file.rejections_told];
      tell(file.input->path(), 0, fmt::format("line {}: {}", rejected.line, rejected.error));
    }
    return more;
  }

  void tell(const std::string& path, uint64_t offset, std::string reason) {
    std::lock_guard lock(mutex_);
    damage_.push_back({path, offset, std::move(reason)});
  }

  const std::vector<std::string> paths_;
  const ingest::LineOptions options_;
  const int64_t as_of_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::deque<std::unique_ptr<OpenFile>> waiting_;
  size_t next_path_ = 0;
  size_t busy_ = 0;
  std::vector<store::Damage> damage_;
};

class FileSources final : public store::SourceProvider {
 public:
  FileSources(std::vector<std::string> paths, ingest::LineOptions options)
      : paths_(std::move(paths)), options_(std::move(options)) {}

  Result<std::unique_ptr<store::Source>> open(std::string_view, int64_t as_of) override {
    int64_t limit = std::min(as_of, options_.now_nanos);
    return std::unique_ptr<store::Source>(std::make_unique<FileSource>(paths_, options_, limit));
  }

 private:
  std::vector<std::string> paths_;
  ingest::LineOptions options_;
};

}  // namespace

std::unique_ptr<store::SourceProvider> make_file_sources(std::vector<std::string> paths,
                                                         ingest::LineOptions options) {
  return std::make_unique<FileSources>(std::move(paths), std::move(options));
}

}  // namespace clogs::app
