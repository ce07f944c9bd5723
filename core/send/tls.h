// TLS of https endpoints. A build without it (CLOGS_TLS=OFF) fails them with a clear status.
#pragma once

#include <memory>
#include <string>

#include "clogs/result.h"
#include "core/send/byte_stream.h"

namespace clogs::send {

struct TlsOptions {
  std::string ca_file;    // PEM; empty: the system's authorities
  std::string cert_file;  // PEM chain of the client; with key_file or not at all
  std::string key_file;   // PEM
};

bool has_tls();

// Certificates and rules, read once and used for many connections.
class TlsContext {
 public:
  virtual ~TlsContext() = default;
  // A stream whose handshake demands TLS 1.2 or newer, HTTP/2, and a certificate for `name`, a host
  // name or an address.
  virtual Result<std::unique_ptr<ByteStream>> wrap(Socket socket, const std::string& name) = 0;
};

// What the endpoints of one client share. The loop's thread only.
struct SharedTls {
  std::unique_ptr<TlsContext> context;  // made at the first attempt, again after one that failed
};

// Failure: unavailable, naming the file that cannot be used.
Result<std::unique_ptr<TlsContext>> make_tls_context(const TlsOptions& options);

}  // namespace clogs::send
