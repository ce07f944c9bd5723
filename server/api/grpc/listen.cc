#include "server/api/grpc/listen.h"

#include <cerrno>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace clogs::api {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

int try_bind(const addrinfo& address) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return errno;
  // As every server does: connections of a process that has ended do not keep the port.
  const int on = 1;
  int error = 0;
  if (setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(socket, address.ai_addr, address.ai_addrlen) != 0 || listen(socket, 1) != 0) {
    error = errno;
  }
  close(socket);
  return error;
}

}  // namespace

std::string listen_target(const std::string& address, uint16_t port) {
  const bool bare_ipv6 = address.find(':') != std::string::npos && address.front() != '[';
  return (bare_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Status check_listen(const std::string& address, uint16_t port) {
  const std::string target = listen_target(address, port);
  std::string host = address;
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* list = nullptr;
  const int failed = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failed != 0) {
    return unavailable("gRPC cannot listen on " + target + ": " + gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(list);
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    if (const int error = try_bind(*at); error != 0) {
      return unavailable("gRPC cannot listen on " + target + ": " +
                         std::generic_category().message(error));
    }
  }
  return {};
}

}  // namespace clogs::api
