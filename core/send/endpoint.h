// Where a server is: "host:port", "http://host:port" or "https://host:port".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/result.h"

namespace clogs::send {

constexpr uint16_t default_port = 9090;     // the server's gRPC port
constexpr uint16_t default_tls_port = 443;  // a proxy's

struct Endpoint {
  std::string host;  // a name or an address, without brackets
  uint16_t port = default_port;
  bool tls = false;

  // "host:port", an IPv6 address in brackets: what HTTP calls the authority.
  std::string authority() const;
};

// Without a port: default_port, or default_tls_port with https. Failure: invalid_argument.
Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace clogs::send
