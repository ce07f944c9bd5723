#include "server/query/exec/temp_file.h"

#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace clogs::query {
namespace {

template <typename Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class PosixTempFile final : public TempFile {
 public:
  // Takes over `fd`.
  PosixTempFile(int fd, std::string dir) : fd_(fd), dir_(std::move(dir)) {}
  PosixTempFile(const PosixTempFile&) = delete;
  PosixTempFile& operator=(const PosixTempFile&) = delete;
  ~PosixTempFile() override { ::close(fd_); }

  Result<size_t> write(std::string_view bytes, uint64_t offset) override {
    const ssize_t written = retried(
        [&] { return ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (written < 0) return errno_status(errno, "cannot write a temporary file in " + dir_);
    return static_cast<size_t>(written);
  }

  Result<size_t> read(char* into, size_t size, uint64_t offset) override {
    const ssize_t got =
        retried([&] { return ::pread(fd_, into, size, static_cast<off_t>(offset)); });
    if (got < 0) return errno_status(errno, "cannot read a temporary file in " + dir_);
    return static_cast<size_t>(got);
  }

  bool discard(uint64_t offset, uint64_t size) override {
    return ::fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                       static_cast<off_t>(size)) == 0;
  }

 private:
  const int fd_;
  const std::string dir_;
};

class PosixTempFiles final : public TempFiles {
 public:
  Result<std::unique_ptr<TempFile>> create(const std::string& dir) override {
    int fd = retried(
        [&] { return ::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR); });
    // A file system that cannot make a file without a name, or a kernel that takes the flag for
    // O_DIRECTORY.
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) fd = create_named(dir);
    if (fd < 0) return errno_status(errno, "cannot create a temporary file in " + dir);
    return std::unique_ptr<TempFile>(std::make_unique<PosixTempFile>(fd, dir));
  }

  Result<uint64_t> free_bytes(const std::string& dir) override {
    struct statvfs about{};
    if (::statvfs(dir.c_str(), &about) != 0) {
      return errno_status(errno, "cannot read the free space of " + dir);
    }
    return static_cast<uint64_t>(about.f_bavail) * about.f_frsize;
  }

 private:
  static int create_named(const std::string& dir) {
    std::string path = dir + "/.clogs-spill-XXXXXX";
    const int fd = ::mkostemp(path.data(), O_CLOEXEC);
    if (fd < 0) return fd;
    if (::unlink(path.c_str()) == 0) return fd;
    const int why = errno;
    ::close(fd);
    errno = why;
    return -1;
  }
};

}  // namespace

TempFiles& posix_temp_files() {
  static PosixTempFiles files;
  return files;
}

}  // namespace clogs::query
