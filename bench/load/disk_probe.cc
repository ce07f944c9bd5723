#include "bench/load/disk_probe.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace clogs::load {
namespace {

constexpr size_t page_bytes = 4096;
constexpr off_t file_bytes = off_t{64} << 20;

Result<double> measure(int file) {
  using Clock = std::chrono::steady_clock;
  if (const int error = posix_fallocate(file, 0, file_bytes); error != 0) {
    return errno_status(error, "Cannot preallocate the file of the disk probe");
  }
  // Written once, so that only data and no block map is to be synced.
  const std::string page(page_bytes, 'x');
  for (off_t at = 0; at < file_bytes; at += page_bytes) {
    if (pwrite(file, page.data(), page_bytes, at) != static_cast<ssize_t>(page_bytes)) {
      return errno_status(errno, "Cannot write the file of the disk probe");
    }
  }
  if (fsync(file) != 0) return errno_status(errno, "Cannot sync the file of the disk probe");
  const auto start = Clock::now();
  double seconds = 0;
  int syncs = 0;
  for (; seconds < 1; ++syncs) {
    const off_t at = static_cast<off_t>(syncs) * page_bytes % file_bytes;
    if (pwrite(file, page.data(), page_bytes, at) < 0 || fdatasync(file) != 0) {
      return errno_status(errno, "Cannot sync the file of the disk probe");
    }
    seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return syncs / seconds;
}

}  // namespace

Result<double> measure_syncs(const std::string& dir) {
  std::string name = dir + "/clogs-disk-probe-XXXXXX";
  const int file = mkstemp(name.data());
  if (file < 0) return errno_status(errno, "Cannot make a file in " + dir);
  Result<double> result = measure(file);
  close(file);
  unlink(name.c_str());
  return result;
}

}  // namespace clogs::load
