#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include "core/send/tls.h"
#include "core/send/tls_trust.h"

namespace clogs::send {
namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, Free>;
using SslPtr = std::unique_ptr<SSL, Free>;
using MethodPtr = std::shared_ptr<BIO_METHOD>;

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE on a closed connection. This
// one's data is the stream's Socket.
int socket_of(BIO* bio) { return static_cast<const Socket*>(BIO_get_data(bio))->fd(); }

int finish(BIO* bio, const Io& io, void (*retry)(BIO*)) {
  BIO_clear_retry_flags(bio);
  if (io.state == IoState::done) return static_cast<int>(io.bytes);
  if (io.state == IoState::would_block) retry(bio);
  return io.state == IoState::end ? 0 : -1;
}

int bio_write(BIO* bio, const char* bytes, int count) {
  return finish(bio, transmit(socket_of(bio), {bytes, static_cast<size_t>(count)}),
                [](BIO* b) { BIO_set_retry_write(b); });
}

int bio_read(BIO* bio, char* out, int room) {
  const Io io = receive(socket_of(bio), out, static_cast<size_t>(room));
  if (io.state == IoState::end) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return finish(bio, io, [](BIO* b) { BIO_set_retry_read(b); });
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

MethodPtr make_bio_method() {
  MethodPtr method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "clogs socket"),
                   &BIO_meth_free);
  if (!method) return method;
  BIO_meth_set_write(method.get(), bio_write);
  BIO_meth_set_read(method.get(), bio_read);
  BIO_meth_set_ctrl(method.get(), bio_control);
  BIO_meth_set_create(method.get(), [](BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  });
  return method;
}

// Only h2; a server without ALPN does not speak HTTP/2 there.
constexpr unsigned char alpn[] = {2, 'h', '2'};

class OpensslStream final : public ByteStream {
 public:
  OpensslStream(Socket socket, SslPtr ssl, MethodPtr method)
      : method_(std::move(method)), socket_(std::move(socket)), ssl_(std::move(ssl)) {}

  // Both sides of the SSL are this BIO; the SSL owns it.
  void use(BIO* bio) {
    BIO_set_data(bio, &socket_);
    SSL_set_bio(ssl_.get(), bio, bio);
  }

  Io handshake() override {
    Io io = done_or_wait(attempt([&] { return SSL_connect(ssl_.get()); }));
    if (io.state == IoState::end) return {IoState::failed, 0, "the server closed the connection"};
    if (io.state == IoState::failed) return {IoState::failed, 0, handshake_problem(io.problem)};
    if (io.state != IoState::done) return io;
    const unsigned char* chosen = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &length);
    if (length != 2 || std::memcmp(chosen, "h2", 2) != 0) {
      return {IoState::failed, 0, "the server does not offer HTTP/2 (ALPN h2)"};
    }
    return {};
  }

  Io read(char* out, size_t room) override {
    size_t got = 0;
    Io io = done_or_wait(attempt([&] { return SSL_read_ex(ssl_.get(), out, room, &got); }));
    io.bytes = got;
    return io;
  }

  Io write(std::string_view bytes) override {
    size_t sent = 0;
    Io io = done_or_wait(
        attempt([&] { return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent); }));
    io.bytes = sent;
    return io;
  }

  void say_goodbye() noexcept override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  int fd() const override { return socket_.fd(); }
  short events() const override { return events_; }

 private:
  // Runs one call of OpenSSL and gives its SSL_get_error().
  template <typename Call>
  int attempt(Call call) {
    ERR_clear_error();
    const int result = call();
    return result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), result);
  }

  Io done_or_wait(int error) {
    events_ = 0;
    switch (error) {
      case SSL_ERROR_NONE:
        return {};
      case SSL_ERROR_WANT_READ:
        return {IoState::would_block, 0, {}};
      case SSL_ERROR_WANT_WRITE:
        events_ = POLLOUT;
        return {IoState::would_block, 0, {}};
      case SSL_ERROR_ZERO_RETURN:
        return {IoState::end, 0, {}};
      case SSL_ERROR_SYSCALL:
        ERR_clear_error();
        return {IoState::failed, 0, "the connection broke"};
      default:
        break;
    }
    // OpenSSL 3 counts a close without a goodbye among the protocol's errors.
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
      ERR_clear_error();
      return {IoState::end, 0, {}};
    }
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    return {IoState::failed, 0, openssl_problem() + hint(reason)};
  }

  static const char* hint(int reason) {
    switch (reason) {
      case SSL_R_WRONG_VERSION_NUMBER:
        return " (does the server speak TLS on this port?)";
      case SSL_R_BAD_EXTENSION:
      case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
        return " (does the server offer HTTP/2, ALPN h2?)";
      default:
        return "";
    }
  }

  std::string handshake_problem(const std::string& problem) const {
    const long verified = SSL_get_verify_result(ssl_.get());
    if (verified == X509_V_OK) return problem;
    return std::string("the server's certificate: ") + X509_verify_cert_error_string(verified);
  }

  MethodPtr method_;  // of the BIO
  Socket socket_;
  SslPtr ssl_;
  short events_ = 0;
};

bool is_address(const std::string& name) {
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, name.c_str(), buffer) == 1 ||
         inet_pton(AF_INET6, name.c_str(), buffer) == 1;
}

bool expect_name(SSL* ssl, const std::string& name) {
  if (is_address(name)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
  }
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, name.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

class OpensslContext final : public TlsContext {
 public:
  OpensslContext(ContextPtr context, MethodPtr method)
      : context_(std::move(context)), method_(std::move(method)) {}

  Result<std::unique_ptr<ByteStream>> wrap(Socket socket, const std::string& name) override {
    ERR_clear_error();
    SslPtr ssl(SSL_new(context_.get()));
    if (!ssl || !expect_name(ssl.get(), name)) {
      return unavailable("TLS for '" + name + "': " + openssl_problem());
    }
    BIO* const bio = BIO_new(method_.get());
    if (bio == nullptr) return unavailable("TLS for '" + name + "': " + openssl_problem());
    auto stream = std::make_unique<OpensslStream>(std::move(socket), std::move(ssl), method_);
    stream->use(bio);
    return std::unique_ptr<ByteStream>(std::move(stream));
  }

 private:
  ContextPtr context_;
  MethodPtr method_;
};

}  // namespace

bool has_tls() { return true; }

Result<std::unique_ptr<TlsContext>> make_tls_context(const TlsOptions& options) {
  // Inside a library: the application's openssl.cnf is not ours to read, and its exit not ours to
  // tidy up while our thread may still run.
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  MethodPtr method = make_bio_method();
  if (!context || !method) return unavailable("OpenSSL cannot start: " + openssl_problem());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // Returns 0 where it worked, unlike its neighbours.
  if (SSL_CTX_set_alpn_protos(context.get(), alpn, sizeof alpn) != 0) {
    return unavailable("OpenSSL cannot start: " + openssl_problem());
  }
  CLOGS_RETURN_IF_ERROR(load_trust(options, context.get()));
  return std::unique_ptr<TlsContext>(
      std::make_unique<OpensslContext>(std::move(context), std::move(method)));
}

}  // namespace clogs::send
