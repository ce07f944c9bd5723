// What poll() said of a task's sockets.
#pragma once

#include <cstddef>

#include <poll.h>

namespace clogs::send {

class Polled {
 public:
  Polled(const pollfd* sockets, size_t count) : sockets_(sockets), count_(count) {}

  // 0 for a socket that was not asked about.
  short events(int fd) const {
    for (size_t i = 0; i < count_; ++i) {
      if (sockets_[i].fd == fd) return sockets_[i].revents;
    }
    return 0;
  }

 private:
  const pollfd* sockets_;
  size_t count_;
};

}  // namespace clogs::send
