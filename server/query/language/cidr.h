// Internet addresses and networks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clogs::query {

struct Address {
  std::array<uint8_t, 16> bytes{};  // network order; an IPv4 address is in the first four
  bool v6 = false;
  bool operator==(const Address&) const = default;
};

struct Network {
  Address address;  // bits behind the prefix are 0
  int bits = 0;     // 0 .. 32 or 0 .. 128
  bool operator==(const Network&) const = default;
};

// "10.1.2.3", "2001:db8::1"; an IPv4-mapped IPv6 address is the IPv4 one.
std::optional<Address> parse_address(std::string_view text);
// "10.0.0.0/8", "2001:db8::/32"; an address alone is the network of that one. Bits behind the
// prefix are cut.
std::optional<Network> parse_network(std::string_view text);
// The first `bits` of an address.
Network network_of(const Address& address, int bits);
bool contains(const Network& network, const Address& address);
// "10.0.0.0/8"
std::string format_network(const Network& network);

}  // namespace clogs::query
