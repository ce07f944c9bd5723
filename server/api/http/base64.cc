#include "server/api/http/base64.h"

#include <cstdint>

namespace clogs::api {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const auto byte = [&](size_t k) {
      return k < left ? static_cast<uint32_t>(static_cast<uint8_t>(bytes[i + k])) : 0U;
    };
    const uint32_t group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    out.push_back(digits[group >> 18]);
    out.push_back(digits[(group >> 12) & 63]);
    out.push_back(left > 1 ? digits[(group >> 6) & 63] : '=');
    out.push_back(left > 2 ? digits[group & 63] : '=');
  }
  return out;
}

bool base64_decode(std::string_view text, std::string& out) {
  if (text.size() % 4 != 0) return false;
  for (size_t i = 0; i < text.size(); i += 4) {
    const int padding = text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
    uint32_t group = 0;
    for (size_t k = 0; k < 4; ++k) {
      const bool padded = k >= 4 - static_cast<size_t>(padding);
      const int digit = padded ? 0 : digit_of(text[i + k]);
      if (digit < 0) return false;
      group = (group << 6) | static_cast<uint32_t>(digit);
    }
    out.push_back(static_cast<char>(group >> 16));
    if (padding < 2) out.push_back(static_cast<char>(group >> 8));
    if (padding < 1) out.push_back(static_cast<char>(group));
  }
  return true;
}

}  // namespace clogs::api
