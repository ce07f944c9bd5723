// A TLS server with odd habits: it shakes hands, or not, and says what the test tells it.
#pragma once

#include <string>
#include <thread>

#include "core/send/testing/sockets.h"

namespace clogs::send::testing {

class TlsServer {
 public:
  struct Options {
    std::string certificate;  // PEM
    std::string key;
    std::string alpn;  // the protocol that it chooses; empty: none
    bool only_tls_1_1 = false;
    bool want_client_certificate = false;
    std::string client_ca_file;
  };
  explicit TlsServer(Options options);
  ~TlsServer();
  int port() const { return listener_.port(); }

 private:
  void serve();

  Options options_;
  Listener listener_;
  std::thread thread_;
};

}  // namespace clogs::send::testing
