#include "core/send/wake_fd.h"

#include <cstdint>

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

namespace clogs::send {

#ifdef __linux__

bool WakeFd::open() noexcept {
  read_ = write_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return read_ >= 0;
}

void WakeFd::signal() noexcept {
  const uint64_t one = 1;
  // Fails only where the counter is full, and then poll() returns anyway.
  [[maybe_unused]] const auto written = ::write(write_, &one, sizeof one);
}

void WakeFd::drain() noexcept {
  uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(read_, &count, sizeof count);
}

#else

bool WakeFd::open() noexcept {
  int ends[2];
  if (::pipe(ends) != 0) return false;
  for (const int end : ends) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(end, F_SETFL, O_NONBLOCK);
  }
  read_ = ends[0];
  write_ = ends[1];
  return true;
}

void WakeFd::signal() noexcept {
  const char one = 1;
  [[maybe_unused]] const auto written = ::write(write_, &one, sizeof one);
}

void WakeFd::drain() noexcept {
  char bytes[64];
  while (::read(read_, bytes, sizeof bytes) > 0) {
  }
}

#endif

void WakeFd::close() noexcept {
  if (write_ >= 0 && write_ != read_) ::close(write_);
  if (read_ >= 0) ::close(read_);
  read_ = write_ = -1;
}

}  // namespace clogs::send
