#include "server/app/serve/listen_check.h"

#include <cerrno>
#include <memory>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clogs::app {

Status check_can_listen(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  std::string service = std::to_string(port);
  if (int error = getaddrinfo(host.c_str(), service.c_str(), &hints, &found); error != 0) {
    return invalid_argument(fmt::format("cannot resolve {}: {}", host, gai_strerror(error)));
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno_status(errno, "cannot make a socket");
  int on = 1;
  // As the servers do, so that connections of an earlier run in TIME_WAIT do not matter.
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int error = 0;
  if (::bind(fd, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd, 1) != 0) error = errno;
  ::close(fd);
  if (error == 0) return {};
  if (error == EADDRINUSE) {
    return unavailable(fmt::format("{}:{} is in use by another process", host, port));
  }
  return errno_status(error, fmt::format("cannot listen on {}:{}", host, port));
}

}  // namespace clogs::app
