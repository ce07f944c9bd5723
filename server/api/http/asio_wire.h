// A Wire over a socket of Asio. Internal: the one header of this folder that shows Asio.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "server/api/http/connection.h"
#include "server/api/http/wire.h"

namespace clogs::api {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using AsioError = boost::system::error_code;

// Up to four buffers without an allocation.
class Pieces {
 public:
  using value_type = asio::const_buffer;
  using const_iterator = const asio::const_buffer*;

  explicit Pieces(std::span<const std::string_view> pieces) {
    for (const std::string_view piece : pieces) {
      if (count_ < buffers_.size()) buffers_[count_++] = asio::buffer(piece);
    }
  }
  const_iterator begin() const { return buffers_.data(); }
  const_iterator end() const { return buffers_.data() + count_; }

 private:
  std::array<asio::const_buffer, 4> buffers_;
  size_t count_ = 0;
};

inline std::string peer_of(const tcp::socket::lowest_layer_type& socket) {
  AsioError error;
  const tcp::endpoint endpoint = socket.remote_endpoint(error);
  if (error) return "unknown";
  return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

inline WireError wire_error(const AsioError& error) {
  if (!error) return WireError::none;
  return error == asio::error::eof ? WireError::end : WireError::failed;
}

// What plain and TLS streams share. Call-backs keep the connection alive, which owns the wire.
template <typename Stream>
class AsioWire : public Wire {
 public:
  template <typename... Args>
  AsioWire(Connection& owner, Args&&... args)
      : owner_(owner), stream_(std::forward<Args>(args)...), peer_(peer_of(socket())) {}

  void start_read(char* into, size_t bytes) override {
    stream_.async_read_some(asio::buffer(into, bytes),
                            [self = owner_.shared_from_this()](AsioError error, size_t count) {
                              self->on_read(wire_error(error), count);
                            });
  }

  void start_write(std::span<const std::string_view> pieces) override {
    asio::async_write(stream_, Pieces(pieces),
                      [self = owner_.shared_from_this()](AsioError error, size_t) {
                        self->on_written(wire_error(error));
                      });
  }

  void close(bool reset) override {
    AsioError ignored;
    if (reset) socket().set_option(asio::socket_base::linger(true, 0), ignored);
    socket().close(ignored);
  }

  std::string peer() const override { return peer_; }

 protected:
  tcp::socket::lowest_layer_type& socket() { return stream_.lowest_layer(); }

  Connection& owner_;
  Stream stream_;
  std::string peer_;
};

// tls_wire.cc and its counterpart keep each stream's templates in one file.
class TlsContext;
std::unique_ptr<Wire> make_tcp_wire(Connection& owner, tcp::socket socket);
std::unique_ptr<Wire> make_tls_wire(Connection& owner, tcp::socket socket, TlsContext& context);

}  // namespace clogs::api
