#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/queue/file_system.h"

namespace clogs::queue {
namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t directory_mode = 0700;

template <typename Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Descriptor open_file(const std::string& path, OpenMode mode) {
  const int flags =
      O_RDWR | O_CLOEXEC | O_NOFOLLOW | (mode == OpenMode::create ? O_CREAT | O_EXCL : 0);
  return Descriptor(retried([&] { return ::open(path.c_str(), flags, file_mode); }));
}

class PosixFile final : public File {
 public:
  PosixFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<size_t> write(std::span<const std::string_view> pieces, uint64_t offset) override {
    std::array<iovec, 2> parts{};
    const size_t count = std::min(pieces.size(), parts.size());
    for (size_t i = 0; i < count; ++i) {
      parts[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    ssize_t written = retried([&] {
      return ::pwritev(fd_.get(), parts.data(), static_cast<int>(count),
                       static_cast<off_t>(offset));
    });
    if (written < 0) return errno_status(errno, "cannot write " + path_);
    return static_cast<size_t>(written);
  }

  Result<size_t> read(char* into, size_t size, uint64_t offset) override {
    ssize_t got =
        retried([&] { return ::pread(fd_.get(), into, size, static_cast<off_t>(offset)); });
    if (got < 0) return errno_status(errno, "cannot read " + path_);
    return static_cast<size_t>(got);
  }

  Status sync() override { return check(::fdatasync(fd_.get()), "cannot sync "); }
  Status truncate(uint64_t size) override {
    return check(retried([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size)); }),
                 "cannot cut ");
  }
  Result<uint64_t> size() override {
    struct stat about{};
    if (::fstat(fd_.get(), &about) != 0) return errno_status(errno, "cannot stat " + path_);
    return static_cast<uint64_t>(about.st_size);
  }

 private:
  Status check(int result, const char* what) const {
    return result == 0 ? ok_status() : errno_status(errno, what + path_);
  }

  Descriptor fd_;
  std::string path_;
};

// Closing lets go of the lock, but only when no forked child has the descriptor any more: an
// explicit unlock by the child would unlock its parent.
class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    Descriptor fd = open_file(path, mode);
    if (fd.get() < 0) return errno_status(errno, "cannot open " + path);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(fd), path));
  }

  Status make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), directory_mode) == 0) return ok_status();
    return errno_status(errno, "cannot create " + path);
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) return errno_status(errno, "cannot list " + path);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(directory)) {
      std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(std::move(name));
      errno = 0;
    }
    const int err = errno;
    ::closedir(directory);
    if (err != 0) return errno_status(err, "cannot list " + path);
    std::ranges::sort(names);
    return names;
  }

  Status remove(const std::string& path) override {
    return ::unlink(path.c_str()) == 0 ? ok_status() : errno_status(errno, "cannot remove " + path);
  }
  Status remove_directory(const std::string& path) override {
    return ::rmdir(path.c_str()) == 0 ? ok_status() : errno_status(errno, "cannot remove " + path);
  }

  Status sync_directory(const std::string& path) override {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) return errno_status(errno, "cannot open " + path);
    return ::fsync(fd.get()) == 0 ? ok_status() : errno_status(errno, "cannot sync " + path);
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path, OpenMode mode) override {
    Descriptor fd = open_file(path, mode);
    if (fd.get() < 0) return errno_status(errno, "cannot open " + path);
    if (retried([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0) {
      if (errno != EWOULDBLOCK) return errno_status(errno, "cannot lock " + path);
      return Status(Code::aborted, path + " is locked by another process");
    }
    struct stat about{};
    if (::fstat(fd.get(), &about) != 0) return errno_status(errno, "cannot stat " + path);
    if (about.st_nlink == 0) return Status(Code::aborted, path + " was removed meanwhile");
    return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(std::move(fd)));
  }
};

}  // namespace

FileSystem& posix_file_system() {
  static PosixFileSystem files;
  return files;
}

}  // namespace clogs::queue
