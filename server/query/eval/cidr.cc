#include "server/query/eval/cidr.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace clogs::query {
namespace {

constexpr int v4_bits = 32;
constexpr int v6_bits = 128;
constexpr std::array<uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void keep_bits(Address& address, int bits) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(bits - i * 8, 0, 8);
    address.bytes[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xff00U >> kept);
  }
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  std::copy(text.begin(), text.end(), buffer.begin());
  Address address;
  if (inet_pton(AF_INET, buffer.data(), address.bytes.data()) == 1) {
    address.is_v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, buffer.data(), address.bytes.data()) != 1) return std::nullopt;
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin())) {
    Address v4;
    v4.is_v4 = true;
    std::copy_n(address.bytes.begin() + mapped_prefix.size(), 4, v4.bytes.begin());
    return v4;
  }
  return address;
}

bool Network::contains(const Address& address) const {
  if (address.is_v4 != base.is_v4) return false;
  Address masked = address;
  keep_bits(masked, bits);
  return masked.bytes == base.bytes;
}

std::optional<Network> parse_network(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, address->is_v4 ? v4_bits : v6_bits};
  if (slash != std::string_view::npos) {
    const std::string_view bits = text.substr(slash + 1);
    int value = 0;
    auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), value);
    if (error != std::errc{} || end != bits.data() + bits.size()) return std::nullopt;
    // "::ffff:10.0.0.0/104" is 10.0.0.0/8.
    if (address->is_v4 && text.substr(0, slash).find(':') != std::string_view::npos) value -= 96;
    if (value < 0 || value > network.bits) return std::nullopt;
    network.bits = value;
  }
  keep_bits(network.base, network.bits);
  return network;
}

std::string network_of(const Address& address, int bits) {
  Address base = address;
  const int kept = std::clamp(bits, 0, address.is_v4 ? v4_bits : v6_bits);
  keep_bits(base, kept);
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(base.is_v4 ? AF_INET : AF_INET6, base.bytes.data(), buffer.data(), buffer.size());
  return std::string(buffer.data()) + "/" + std::to_string(kept);
}

}  // namespace clogs::query
