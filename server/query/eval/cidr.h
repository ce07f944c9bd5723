// IP addresses and networks, version 4 and 6.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clogs::query {

struct Address {
  bool is_v4 = false;  // then the first four bytes count
  std::array<uint8_t, 16> bytes{};
};

// "10.1.2.3", "2001:db8::1"; a v4 address mapped into v6 ("::ffff:10.1.2.3") is the v4 address.
std::optional<Address> parse_address(std::string_view text);

struct Network {
  Address base;
  int bits = 0;
  bool contains(const Address& address) const;
};

// "10.0.0.0/8"; without a slash the one address. Bits of the host are ignored.
std::optional<Network> parse_network(std::string_view text);

// "10.1.2.0/24": the network of `bits` bits that `address` is in; of a v4 address at most 32 bits.
std::string network_of(const Address& address, int bits);

}  // namespace clogs::query
