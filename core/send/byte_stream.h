// The bytes of one connection, plain or inside TLS.
#pragma once

#include <memory>
#include <string_view>

#include "core/send/socket.h"

namespace clogs::send {

// Nothing blocks. After would_block the caller waits for events().
class ByteStream {
 public:
  virtual ~ByteStream() = default;  // closes the socket, without a word to the peer
  // Until it is `done`, nothing is read or written.
  virtual Io handshake() = 0;
  virtual Io read(char* out, size_t room) = 0;
  virtual Io write(std::string_view bytes) = 0;
  // Tells the peer that we leave, where the protocol has a word for it.
  virtual void say_goodbye() noexcept = 0;
  virtual int fd() const = 0;
  // What poll() should wait for, beside POLLIN, and POLLOUT where there is something to write.
  virtual short events() const = 0;
};

std::unique_ptr<ByteStream> plain_stream(Socket socket);

}  // namespace clogs::send
