#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "server/api/http/asio_wire.h"
#include "server/api/http/tls.h"

namespace clogs::api {

class TlsContext {
 public:
  asio::ssl::context context{asio::ssl::context::tls_server};
};

namespace {

class TlsWire final : public AsioWire<asio::ssl::stream<tcp::socket>> {
 public:
  using AsioWire::AsioWire;

  void open() override {
    stream_.async_handshake(
        asio::ssl::stream_base::server,
        [self = owner_.shared_from_this()](AsioError error) { self->on_open(!error); });
  }

  // Sends close_notify; the client's own is waited for as long as the connection lingers.
  void shutdown_send() override {
    stream_.async_shutdown([self = owner_.shared_from_this()](AsioError) {});
  }
};

Status unusable(const std::string& file, const AsioError& error) {
  return invalid_argument("Cannot use the TLS file " + file + ": " + error.message());
}

// Only HTTP/1.1 is spoken; saying so keeps clients from trying HTTP/2 first.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* in, unsigned in_length, void*) {
  static const unsigned char http_1_1[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_length, http_1_1, sizeof(http_1_1) - 1, in, in_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void TlsContextDelete::operator()(TlsContext* context) const {
  const std::unique_ptr<TlsContext> owner(context);
}

Result<TlsContextPtr> make_tls_context(const TlsOptions& options) {
  TlsContextPtr made(std::make_unique<TlsContext>().release());
  asio::ssl::context& context = made->context;
  AsioError error;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_options(asio::ssl::context::default_workarounds | SSL_OP_NO_RENEGOTIATION, error);
  SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_protocol, nullptr);
  context.use_certificate_chain_file(options.cert_file, error);
  if (error) return unusable(options.cert_file, error);
  context.use_private_key_file(options.key_file, asio::ssl::context::pem, error);
  if (error) return unusable(options.key_file, error);
  if (!options.client_ca_file.empty()) {
    context.load_verify_file(options.client_ca_file, error);
    if (error) return unusable(options.client_ca_file, error);
    context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
    if (error) return unusable(options.client_ca_file, error);
  }
  return made;
}

std::unique_ptr<Wire> make_tls_wire(Connection& owner, tcp::socket socket, TlsContext& context) {
  return std::make_unique<TlsWire>(owner, std::move(socket), context.context);
}

}  // namespace clogs::api
