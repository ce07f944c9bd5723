#include <utility>

#include "core/send/byte_stream.h"

namespace clogs::send {
namespace {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  Io handshake() override { return {}; }
  Io read(char* out, size_t room) override { return receive(socket_.fd(), out, room); }
  Io write(std::string_view bytes) override { return transmit(socket_.fd(), bytes); }
  void say_goodbye() noexcept override {}
  int fd() const override { return socket_.fd(); }
  short events() const override { return 0; }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<ByteStream> plain_stream(Socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace clogs::send
