// The server's configuration: defaults, under one EDN file, under CLOGS_* variables, under flags.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clogs/result.h"
#include "core/edn/value.h"
#include "server/app/config/settings.h"

namespace clogs::app {

// A value and where it came from: "default", "clogs.edn:3:7", "CLOGS_HTTP", "--http".
struct Configured {
  edn::Value value;
  std::string origin;
};

class Config {
 public:
  // Every setting at its default.
  Config();

  // Reads the file over what is there. Every problem of the file is reported, not just the first.
  Status load_file(const std::string& path);
  // The same for a text; `name` stands for the file in origins and errors.
  Status load_text(std::string_view text, std::string_view name);
  using Environment = std::function<const char*(const char*)>;
  // Variables that belong to no setting are ignored: the SDKs share the prefix.
  Status load_environment(const Environment& get);
  Status set_flag(std::string_view path, std::string_view text, std::string_view origin);

  const Configured& get(std::string_view path) const;
  std::string text(std::string_view path) const;  // "" for nil
  bool boolean(std::string_view path) const;
  int64_t integer(std::string_view path) const;  // also bytes, and durations in nanoseconds
  std::vector<std::string> texts(std::string_view path) const;

  // What no single value shows: TLS halves, keys, and an open address without protection.
  Status check() const;

  // One line a setting: `:http "127.0.0.1:8080"  ; default`. Secrets are hidden.
  std::string show() const;
  // {:http {:value .. :origin ..} ..}
  edn::Value show_edn() const;

 private:
  Status put(const Setting& setting, const edn::Value& value, std::string origin);
  std::map<std::string, Configured, std::less<>> values_;
};

// "256MiB", "100MB", "4096" and plain integers; nothing for anything else.
std::optional<int64_t> parse_bytes(std::string_view text);
// "30s", "1m30s", "250ms", "2h", "7d" in nanoseconds.
std::optional<int64_t> parse_duration(std::string_view text);
// Splits "127.0.0.1:8080", "[::1]:8080", "localhost:0".
std::optional<std::pair<std::string, uint16_t>> parse_address(std::string_view text);
bool is_loopback(std::string_view host);

}  // namespace clogs::app
