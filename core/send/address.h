// Addresses of a host, and sockets to them.
#pragma once

#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

#include "clogs/status.h"

namespace clogs::send {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const { return storage.ss_family; }
  std::string text() const;  // "127.0.0.1"
};

// An IPv4 or IPv6 address as text, or localhost, without asking anyone; empty where it is a name.
std::vector<Address> known_addresses(const std::string& host, uint16_t port);

// The families take turns, the first one's first, so that a broken one costs one attempt
// (RFC 8305, section 4).
void interleave_families(std::vector<Address>& addresses);

}  // namespace clogs::send
