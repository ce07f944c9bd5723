#include "server/query/language/cidr.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace clogs::query {
namespace {

constexpr size_t max_address_bytes = 45;
constexpr int v4_bits = 32;
constexpr int v6_bits = 128;
constexpr uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// Whether the first `bits` of two addresses agree.
bool same_prefix(const Address& a, const Address& b, int bits) {
  size_t whole = static_cast<size_t>(bits) / 8;
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + static_cast<ptrdiff_t>(whole),
                  b.bytes.begin())) {
    return false;
  }
  int rest = bits % 8;
  return rest == 0 || ((a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest)) == 0;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.empty() || text.size() > max_address_bytes) return std::nullopt;
  std::string zero_ended(text);
  if (zero_ended.find('\0') != std::string::npos) return std::nullopt;
  Address address;
  if (inet_pton(AF_INET, zero_ended.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET6, zero_ended.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.v6 = true;
  if (std::memcmp(address.bytes.data(), mapped_prefix, sizeof(mapped_prefix)) != 0) return address;
  Address v4;
  std::copy(address.bytes.begin() + sizeof(mapped_prefix), address.bytes.end(), v4.bytes.begin());
  return v4;
}

std::optional<Network> parse_network(std::string_view text) {
  size_t slash = text.find('/');
  std::optional<Address> address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  int most = address->v6 ? v6_bits : v4_bits;
  if (slash == std::string_view::npos) return network_of(*address, most);
  std::string_view digits = text.substr(slash + 1);
  int bits = -1;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size() || bits < 0 || bits > most) {
    return std::nullopt;
  }
  return network_of(*address, bits);
}

Network network_of(const Address& address, int bits) {
  Network network{address, std::min(bits, address.v6 ? v6_bits : v4_bits)};
  for (size_t i = 0; i < network.address.bytes.size(); ++i) {
    int kept = std::clamp(network.bits - static_cast<int>(i) * 8, 0, 8);
    network.address.bytes[i] &= static_cast<uint8_t>(0xFF00 >> kept);
  }
  return network;
}

bool contains(const Network& network, const Address& address) {
  return network.address.v6 == address.v6 && same_prefix(network.address, address, network.bits);
}

std::string format_network(const Network& network) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(network.address.v6 ? AF_INET6 : AF_INET, network.address.bytes.data(), text,
            sizeof(text));
  return std::string(text) + "/" + std::to_string(network.bits);
}

}  // namespace clogs::query
