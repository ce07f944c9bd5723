#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>

#include "core/base/instant.h"
#include "server/app/config/config.h"

namespace clogs::app {

namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr std::array<Unit, 9> byte_units{{{"", 1},
                                          {"B", 1},
                                          {"kB", 1000},
                                          {"MB", 1000LL * 1000},
                                          {"GB", 1000LL * 1000 * 1000},
                                          {"KiB", 1LL << 10},
                                          {"MiB", 1LL << 20},
                                          {"GiB", 1LL << 30},
                                          {"TiB", 1LL << 40}}};

constexpr std::array<Unit, 8> time_units{{{"ns", 1},
                                          {"us", 1000},
                                          {"ms", 1000LL * 1000},
                                          {"s", nanos_per_second},
                                          {"m", 60 * nanos_per_second},
                                          {"h", 3600 * nanos_per_second},
                                          {"d", 86400 * nanos_per_second},
                                          {"w", 7 * 86400 * nanos_per_second}}};

// Takes "12" + unit off the front of `text`; nothing if there is no such start or no such unit.
std::optional<int64_t> take_quantity(std::string_view& text, const Unit* begin, const Unit* end) {
  int64_t amount = 0;
  auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error != std::errc() || amount < 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(after - text.data()));
  size_t length = 0;
  while (length < text.size() && std::isalpha(static_cast<unsigned char>(text[length]))) ++length;
  std::string_view name = text.substr(0, length);
  for (const Unit* unit = begin; unit != end; ++unit) {
    if (unit->name != name) continue;
    text.remove_prefix(length);
    int64_t product = 0;
    if (__builtin_mul_overflow(amount, unit->factor, &product)) return std::nullopt;
    return product;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> parse_bytes(std::string_view text) {
  auto bytes = take_quantity(text, byte_units.data(), byte_units.data() + byte_units.size());
  return text.empty() ? bytes : std::nullopt;
}

std::optional<int64_t> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  while (!text.empty()) {
    auto part = take_quantity(text, time_units.data(), time_units.data() + time_units.size());
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  return total;
}

std::optional<std::pair<std::string, uint16_t>> parse_address(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  std::string_view digits = text.substr(colon + 1);
  if (host.front() == '[') {
    if (host.back() != ']') return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  uint16_t port = 0;
  auto [after, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || after != digits.data() + digits.size()) return std::nullopt;
  return std::make_pair(std::string(host), port);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr address{};
  std::string text(host);
  return inet_pton(AF_INET, text.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

}  // namespace clogs::app
