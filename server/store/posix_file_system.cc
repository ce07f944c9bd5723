#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "server/store/file_system.h"

namespace clogs::store {
namespace {

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

class PosixFile final : public File {
 public:
  PosixFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<size_t> write(std::span<const std::string_view> pieces, uint64_t offset) override {
    std::array<iovec, 256> parts;
    size_t count = std::min(pieces.size(), parts.size());
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

  Status sync_data() override { return check(::fdatasync(fd_.get()), "cannot sync "); }
  Status sync() override { return check(::fsync(fd_.get()), "cannot sync "); }
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

class PosixLock final : public FileLock {
 public:
  PosixLock(Descriptor fd, LockMode mode) : fd_(std::move(fd)), mode_(mode) {}
  ~PosixLock() override {
    // The process id is a hint for people; a reader that locks next must not be taken for us.
    if (mode_ == LockMode::exclusive && ::ftruncate(fd_.get(), 0) != 0) return;
  }

 private:
  Descriptor fd_;
  LockMode mode_;
};

// " by process 123" if the lock file names one that lives.
std::string holder_of(int fd) {
  std::array<char, 32> text{};
  ssize_t got = ::pread(fd, text.data(), text.size() - 1, 0);
  if (got <= 0) return "";
  long pid = std::strtol(text.data(), nullptr, 10);
  if (pid <= 0 || (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH)) return "";
  return " by process " + std::to_string(pid);
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    int flags = O_CLOEXEC | (mode == OpenMode::read ? O_RDONLY : O_RDWR);
    if (mode == OpenMode::create) flags |= O_CREAT | O_EXCL;
    Descriptor fd(retried([&] { return ::open(path.c_str(), flags, 0644); }));
    if (fd.get() < 0) return errno_status(errno, "cannot open " + path);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(fd), path));
  }

  Status make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0755) == 0) return ok_status();
    return errno_status(errno, "cannot create " + path);
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& path) override {
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) return errno_status(errno, "cannot list " + path);
    std::vector<DirectoryEntry> entries;
    errno = 0;
    while (const dirent* entry = ::readdir(directory)) {
      std::string name = entry->d_name;
      if (name != "." && name != "..") entries.push_back({name, is_directory(path, *entry)});
      errno = 0;
    }
    int err = errno;
    ::closedir(directory);
    if (err != 0) return errno_status(err, "cannot list " + path);
    std::ranges::sort(entries, {}, &DirectoryEntry::name);
    return entries;
  }

  Status remove(const std::string& path) override {
    return ::unlink(path.c_str()) == 0 ? ok_status() : errno_status(errno, "cannot remove " + path);
  }
  Status remove_directory(const std::string& path) override {
    return ::rmdir(path.c_str()) == 0 ? ok_status() : errno_status(errno, "cannot remove " + path);
  }
  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == 0) return ok_status();
    return errno_status(errno, "cannot rename " + from + " to " + to);
  }

  Status sync_directory(const std::string& path) override {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) return errno_status(errno, "cannot open " + path);
    return ::fsync(fd.get()) == 0 ? ok_status() : errno_status(errno, "cannot sync " + path);
  }

  Result<uint64_t> free_bytes(const std::string& path) override {
    struct statvfs about{};
    if (::statvfs(path.c_str(), &about) != 0) {
      return errno_status(errno, "cannot read the free space of " + path);
    }
    return static_cast<uint64_t>(about.f_bavail) * about.f_frsize;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path, LockMode mode) override {
    bool exclusive = mode == LockMode::exclusive;
    int flags = O_CLOEXEC | (exclusive ? O_RDWR | O_CREAT : O_RDONLY);
    Descriptor fd(::open(path.c_str(), flags, 0644));
    if (fd.get() < 0) return errno_status(errno, "cannot open " + path);
    if (retried([&] { return ::flock(fd.get(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB); }) !=
        0) {
      if (errno != EWOULDBLOCK) return errno_status(errno, "cannot lock " + path);
      std::string holder = holder_of(fd.get());
      if (holder.empty()) holder = " by another process";
      return Status(Code::aborted, "in use" + holder + " (" + path + " is locked)");
    }
    if (exclusive) {
      std::string pid = std::to_string(::getpid()) + "\n";
      if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) {
        // Only a hint for people: a full disk must not keep a reader of old logs away.
        errno = 0;
      }
    }
    return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(std::move(fd), mode));
  }

 private:
  static bool is_directory(const std::string& path, const dirent& entry) {
    if (entry.d_type != DT_UNKNOWN && entry.d_type != DT_LNK) return entry.d_type == DT_DIR;
    struct stat about{};
    return ::stat((path + "/" + entry.d_name).c_str(), &about) == 0 && S_ISDIR(about.st_mode);
  }
};

}  // namespace

FileSystem& posix_file_system() {
  static PosixFileSystem files;
  return files;
}

}  // namespace clogs::store
