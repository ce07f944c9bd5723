// The non-blocking sockets of a connection. The system's calls stand in socket.cc alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/send/address.h"

namespace clogs::send {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }

  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() noexcept;
  void close() noexcept;

  // Starts to connect; poll() says it is writable when that is decided.
  static Result<Socket> connect(const Address& address);
  // After poll(): whether it is connected.
  Status connected() const;

 private:
  int fd_ = -1;
};

enum class IoState : uint8_t { done, would_block, end, failed };

// What one read or write did. `end`: the peer closed its side in order.
struct Io {
  IoState state = IoState::done;
  size_t bytes = 0;
  std::string problem;  // where it failed
};

// Never raise SIGPIPE.
Io receive(int fd, char* out, size_t room);
Io transmit(int fd, std::string_view bytes);

}  // namespace clogs::send
