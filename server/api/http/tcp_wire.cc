#include "server/api/http/asio_wire.h"

namespace clogs::api {
namespace {

class TcpWire final : public AsioWire<tcp::socket> {
 public:
  using AsioWire::AsioWire;

  void open() override {
    asio::post(stream_.get_executor(), [self = owner_.shared_from_this()] { self->on_open(true); });
  }

  void shutdown_send() override {
    AsioError ignored;
    stream_.shutdown(tcp::socket::shutdown_send, ignored);
  }
};

}  // namespace

std::unique_ptr<Wire> make_tcp_wire(Connection& owner, tcp::socket socket) {
  return std::make_unique<TcpWire>(owner, std::move(socket));
}

}  // namespace clogs::api
