#include "server/app/files/input_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace clogs::app {

namespace {

constexpr size_t read_bytes = size_t{256} << 10;
// What a read may expand to before it is handed on; a bomb is then met piece by piece.
constexpr size_t expand_bytes_max = size_t{1} << 30;

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";

constexpr std::array<std::string_view, 6> log_extensions{".edn",   ".ndjson", ".json",
                                                         ".jsonl", ".log",    ".txt"};

bool is_log_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  if (extension == ".gz" || extension == ".zst") extension = path.stem().extension().string();
  return std::find(log_extensions.begin(), log_extensions.end(), extension) != log_extensions.end();
}

Status append_folder(const std::string& path, std::vector<std::string>& files) {
  std::error_code error;
  std::vector<std::string> found;
  std::filesystem::recursive_directory_iterator at(path, error);
  std::filesystem::recursive_directory_iterator end;
  for (; !error && at != end; at.increment(error)) {
    if (at->is_regular_file(error) && is_log_name(at->path())) found.push_back(at->path());
  }
  if (error) return errno_status(error.value(), path);
  if (found.empty()) return not_found(fmt::format("no log files below {}", path));
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
  return {};
}

}  // namespace

InputFile::InputFile(std::string path, int fd, uint64_t size)
    : path_(std::move(path)), fd_(fd), size_(size) {}

InputFile::~InputFile() {
  if (fd_ != STDIN_FILENO) ::close(fd_);
}

Result<std::unique_ptr<InputFile>> InputFile::open(const std::string& path) {
  if (path == "-") {
    return std::unique_ptr<InputFile>(new InputFile("standard input", STDIN_FILENO, 0));
  }
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno_status(errno, path);
  struct stat facts{};
  if (::fstat(fd, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    ::close(fd);
    return invalid_argument(fmt::format("{} is a directory", path));
  }
  uint64_t size = S_ISREG(facts.st_mode) ? static_cast<uint64_t>(facts.st_size) : 0;
  return std::unique_ptr<InputFile>(new InputFile(path, fd, size));
}

Result<size_t> InputFile::fill() {
  raw_.resize(read_bytes);
  size_t got = 0;
  // Whole pieces also from a pipe, so that the magic number is never cut.
  while (got < read_bytes) {
    ssize_t count = ::read(fd_, raw_.data() + got, read_bytes - got);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno_status(errno, path_);
    if (count == 0) break;
    got += static_cast<size_t>(count);
    if (begun_ || got >= zstd_magic.size()) break;
  }
  raw_.resize(got);
  bytes_read_ += got;
  return got;
}

Status InputFile::expand(std::string_view raw, std::string& out) {
  if (decoder_ == nullptr) {
    out.append(raw);
    return {};
  }
  size_t before = out.size();
  Status status = decoder_->feed(raw, out, [&](size_t bytes) {
    return bytes - std::min(bytes, before) > expand_bytes_max
               ? out_of_range("expands beyond 1 GiB at once")
               : ok_status();
  });
  return status.ok() ? status : data_loss(status.message()).with_context(path_);
}

Result<bool> InputFile::read(std::string& out) {
  size_t before = out.size();
  while (!ended_ && out.size() == before) {
    CLOGS_ASSIGN_OR_RETURN(size_t got, fill());
    if (got == 0) {
      ended_ = true;
      if (decoder_ == nullptr) break;
      Status finished = decoder_->finish();
      if (!finished.ok()) return data_loss(finished.message()).with_context(path_);
      break;
    }
    std::string_view raw(raw_);
    if (!begun_) {
      begun_ = true;
      if (raw.starts_with(gzip_magic)) decoder_ = api::make_decoder(api::Coding::gzip);
      if (raw.starts_with(zstd_magic)) decoder_ = api::make_decoder(api::Coding::zstd);
    }
    CLOGS_RETURN_IF_ERROR(expand(raw, out));
  }
  return out.size() > before;
}

Result<std::vector<std::string>> expand_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path != "-" && std::filesystem::is_directory(path, error)) {
      CLOGS_RETURN_IF_ERROR(append_folder(path, files));
    } else if (path != "-" && !std::filesystem::exists(path, error)) {
      return not_found(fmt::format("no such file: {}", path));
    } else {
      files.push_back(path);
    }
  }
  return files;
}

}  // namespace clogs::app
