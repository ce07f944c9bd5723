#include "core/send/socket.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace clogs::send {
namespace {

#ifndef MSG_NOSIGNAL
constexpr int MSG_NOSIGNAL = 0;  // macOS: SO_NOSIGPIPE is set on the socket instead
#endif

std::string errno_text(int error) {
  return std::error_code(error, std::generic_category()).message();
}

Io failure(int error) {
  if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) {
    return {IoState::would_block, 0, {}};
  }
  return {IoState::failed, 0, errno_text(error)};
}

// No blocking, nothing inherited by programs that the process starts, small calls at once.
void prepare(int fd) {
#ifndef SOCK_NONBLOCK
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
#endif
  const int on = 1;
#ifdef SO_NOSIGPIPE
  ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

#ifdef SOCK_NONBLOCK
constexpr int socket_type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
#else
constexpr int socket_type = SOCK_STREAM;
#endif

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

int Socket::release() noexcept { return std::exchange(fd_, -1); }

void Socket::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<Socket> Socket::connect(const Address& address) {
  Socket socket(::socket(address.family(), socket_type, 0));
  if (!socket) return unavailable(address.text() + ": " + errno_text(errno));
  prepare(socket.fd());
  const auto* target = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(socket.fd(), target, address.size) != 0 && errno != EINPROGRESS && errno != EINTR) {
    return unavailable(address.text() + ": " + errno_text(errno));
  }
  return socket;
}

Status Socket::connected() const {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return unavailable(errno_text(error));
  return {};
}

Io receive(int fd, char* out, size_t room) {
  const ssize_t got = ::recv(fd, out, room, 0);
  if (got < 0) return failure(errno);
  if (got == 0) return {IoState::end, 0, {}};
  return {IoState::done, static_cast<size_t>(got), {}};
}

Io transmit(int fd, std::string_view bytes) {
  const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) return failure(errno);
  return {IoState::done, static_cast<size_t>(sent), {}};
}

}  // namespace clogs::send
