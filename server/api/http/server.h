// The HTTP port: one call starts it, its end stops it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/api/http/limits.h"
#include "server/api/services.h"

namespace clogs::api {

struct TlsOptions {
  std::string cert_file;       // PEM, the whole chain
  std::string key_file;        // PEM
  std::string client_ca_file;  // PEM; if set, clients without a certificate of it are refused
};

struct HttpOptions {
  std::string address = "127.0.0.1";      // or a name that resolves to one
  uint16_t port = 8080;                   // 0: any free one
  unsigned threads = 0;                   // 0: one a core
  std::optional<TlsOptions> tls;          // TLS 1.2 and newer
  std::vector<std::string> cors_origins;  // "https://app.example"; none: no CORS
  HttpLimits limits;
  HttpTimeouts timeouts;
};

class HttpServer {
 public:
  // Listens from the return on. Failures: a taken port or unusable address (unavailable),
  // unreadable certificates (invalid_argument).
  static Result<std::unique_ptr<HttpServer>> start(HttpOptions options, Services services);
  // Cuts what still runs and joins every thread.
  ~HttpServer();
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);  // for start()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;

  // Stops accepting, ends idle connections and live tails, and waits until running requests are
  // answered, at most until `deadline`. False if some were not.
  bool drain(std::chrono::steady_clock::time_point deadline);

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::api
