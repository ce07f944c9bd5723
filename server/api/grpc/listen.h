// Addresses to listen on. gRPC only says that it could not; this says why.
#pragma once

#include <cstdint>
#include <string>

#include "clogs/status.h"

namespace clogs::api {

// "127.0.0.1:9090", "[::1]:9090".
std::string listen_target(const std::string& address, uint16_t port);
// unavailable with the reason where the address does not resolve or the port is taken. The port is
// free again on return.
Status check_listen(const std::string& address, uint16_t port);

}  // namespace clogs::api
