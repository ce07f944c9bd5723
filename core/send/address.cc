#include "core/send/address.h"

#include <cstring>

#include <arpa/inet.h>

namespace clogs::send {
namespace {

Address v4(const in_addr& address, uint16_t port) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr = address;
  in.sin_port = htons(port);
  Address out;
  std::memcpy(&out.storage, &in, sizeof in);
  out.size = sizeof in;
  return out;
}

Address v6(const in6_addr& address, uint16_t port) {
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_addr = address;
  in.sin6_port = htons(port);
  Address out;
  std::memcpy(&out.storage, &in, sizeof in);
  out.size = sizeof in;
  return out;
}

}  // namespace

std::string Address::text() const {
  char buffer[INET6_ADDRSTRLEN] = {};
  const void* address = nullptr;
  if (family() == AF_INET) {
    address = &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr;
  } else {
    address = &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr;
  }
  if (inet_ntop(family(), address, buffer, sizeof buffer) == nullptr) return "?";
  return buffer;
}

// RFC 6761 makes localhost the loopback without a resolver, which a forked child may find locked.
std::vector<Address> known_addresses(const std::string& host, uint16_t port) {
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return {v4(four, port)};
  if (inet_pton(AF_INET6, host.c_str(), &six) == 1) return {v6(six, port)};
  if (host != "localhost") return {};
  four.s_addr = htonl(INADDR_LOOPBACK);
  return {v6(in6addr_loopback, port), v4(four, port)};
}

void interleave_families(std::vector<Address>& addresses) {
  if (addresses.empty()) return;
  const int first = addresses.front().family();
  std::vector<Address> same;
  std::vector<Address> other;
  for (const Address& address : addresses) {
    (address.family() == first ? same : other).push_back(address);
  }
  addresses.clear();
  for (size_t i = 0; i < same.size() || i < other.size(); ++i) {
    if (i < same.size()) addresses.push_back(same[i]);
    if (i < other.size()) addresses.push_back(other[i]);
  }
}

}  // namespace clogs::send
