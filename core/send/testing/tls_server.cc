#include "core/send/testing/tls_server.h"

#include <cstring>
#include <memory>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace clogs::send::testing {
namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::unique_ptr<BIO, Free> text_bio(const std::string& text) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char*,
                    unsigned, void* name) {
  const auto* protocol = static_cast<const std::string*>(name);
  *out = reinterpret_cast<const unsigned char*>(protocol->data());
  *size = static_cast<unsigned char>(protocol->size());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsServer::TlsServer(Options options)
    : options_(std::move(options)), thread_([this] { serve(); }) {}

TlsServer::~TlsServer() {
  listener_.stop();
  thread_.join();
}

void TlsServer::serve() {
  // OpenSSL writes with write(2), and clients here hang up when they like.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_server_method()));
  const auto certificate_bio = text_bio(options_.certificate);
  const auto key_bio = text_bio(options_.key);
  const std::unique_ptr<X509, Free> certificate(
      PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  if (!options_.alpn.empty()) {
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, &options_.alpn);
  }
  if (options_.only_tls_1_1) {
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  }
  if (options_.want_client_certificate) {
    SSL_CTX_load_verify_locations(context.get(), options_.client_ca_file.c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  for (int fd = listener_.accept(); fd >= 0; fd = listener_.accept()) {
    const std::unique_ptr<SSL, Free> ssl(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), fd);
    // Reads until the client leaves. A handshake that fails has sent its alert.
    if (SSL_accept(ssl.get()) == 1) {
      char buffer[4096];
      while (SSL_read(ssl.get(), buffer, sizeof buffer) > 0) {
      }
    }
    ERR_clear_error();
    ::close(fd);
  }
}

}  // namespace clogs::send::testing
