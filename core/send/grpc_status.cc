#include "core/send/grpc_status.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <system_error>
#include <utility>

namespace clogs::send {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

// RFC 9113, section 7, by number.
constexpr std::string_view http2_errors[] = {
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
};
constexpr uint32_t refused_stream = 7;
constexpr uint32_t cancel = 8;
constexpr uint32_t enhance_your_calm = 11;
constexpr uint32_t inadequate_security = 12;

constexpr int64_t most_timeout_digits = 99'999'999;

}  // namespace

Code code_of_http(int http_status) {
  switch (http_status) {
    case 400:
      return Code::internal;
    case 401:
      return Code::unauthenticated;
    case 403:
      return Code::permission_denied;
    case 404:
      return Code::unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code::unavailable;
    default:
      return Code::unknown;
  }
}

Code code_of_reset(uint32_t http2_error) {
  switch (http2_error) {
    case refused_stream:
      return Code::unavailable;
    case cancel:
      return Code::cancelled;
    case enhance_your_calm:
      return Code::resource_exhausted;
    case inadequate_security:
      return Code::permission_denied;
    default:
      return Code::internal;
  }
}

std::string http2_error_name(uint32_t http2_error) {
  if (http2_error < std::size(http2_errors)) return std::string(http2_errors[http2_error]);
  return "error " + std::to_string(http2_error);
}

Code parse_grpc_status(std::string_view text) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end ||
      number > static_cast<unsigned>(Code::unauthenticated)) {
    return Code::unknown;
  }
  return static_cast<Code>(number);
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 0xFF));
    }
  }
  return out;
}

std::string grpc_timeout(std::chrono::nanoseconds left) {
  const int64_t nanos = std::max<int64_t>(left.count(), 1);
  // Rounded up: the server must not give up before we do.
  constexpr std::pair<int64_t, char> units[] = {{1, 'n'}, {1'000, 'u'}, {1'000'000, 'm'}};
  for (const auto& [size, unit] : units) {
    const int64_t count = nanos / size + (nanos % size != 0 ? 1 : 0);
    if (count <= most_timeout_digits) return std::to_string(count) + unit;
  }
  return std::to_string(std::min(nanos / 1'000'000'000 + 1, most_timeout_digits)) + 'S';
}

}  // namespace clogs::send
