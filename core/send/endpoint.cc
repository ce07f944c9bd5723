#include "core/send/endpoint.h"

#include <charconv>
#include <system_error>

namespace clogs::send {
namespace {

Status wrong(std::string_view text, std::string_view why) {
  return invalid_argument("Endpoint '" + std::string(text) + "' " + std::string(why) +
                          "; expected host:port or https://host:port");
}

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool parse_port(std::string_view digits, uint16_t& port) {
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  return read.ec == std::errc() && read.ptr == end && port != 0;
}

bool plain_host(std::string_view host) {
  for (const char c : host) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '/' || c == '@' || c == '?' || c == '#' ||
        c == '[' || c == ']' || c == 0x7F) {
      return false;
    }
  }
  return !host.empty();
}

}  // namespace

std::string Endpoint::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  Endpoint endpoint;
  std::string_view rest = text;
  endpoint.tls = take(rest, "https://");
  if (!endpoint.tls) take(rest, "http://");
  if (rest.find("://") != std::string_view::npos) return wrong(text, "has an unknown scheme");
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  endpoint.port = endpoint.tls ? default_tls_port : default_port;

  std::string_view host = rest;
  std::string_view port;
  bool has_port = false;
  if (take(rest, "[")) {
    const size_t close = rest.find(']');
    if (close == std::string_view::npos) return wrong(text, "has no ] after its address");
    host = rest.substr(0, close);
    rest.remove_prefix(close + 1);
    has_port = take(rest, ":");
    if (!has_port && !rest.empty()) return wrong(text, "goes on behind its ]");
    port = rest;
  } else if (const size_t colon = rest.find(':'); colon != std::string_view::npos) {
    // More than one: an IPv6 address without brackets, and so without a port.
    if (rest.find(':', colon + 1) == std::string_view::npos) {
      host = rest.substr(0, colon);
      port = rest.substr(colon + 1);
      has_port = true;
    }
  }
  if (!plain_host(host)) return wrong(text, "has no valid host");
  if (has_port && !parse_port(port, endpoint.port)) {
    return wrong(text, "has no valid port (1 to 65535)");
  }
  endpoint.host = host;
  return endpoint;
}

}  // namespace clogs::send
