// Every setting of the server: one table that the file, the environment, the flags, `clogs config
// show`, completion and docs/configuration.md are made from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace clogs::app {

enum class SettingType : uint8_t {
  text,
  address,  // "HOST:PORT"
  boolean,
  integer,
  bytes,     // an integer, or text such as "256MiB"
  duration,  // text such as "30s", "1m30s"; kept in nanoseconds
  choice,    // one of `choices`, keyword or text
  texts,     // a vector of text
  api_keys,  // a vector of maps {:name :secret :rights}
};

struct Setting {
  std::string_view path;  // "tls.cert": key :cert within :tls
  SettingType type;
  std::string_view fallback;  // the default as EDN; "nil" for none
  std::string_view flag;      // "--http", or empty where there is none
  std::string_view choices;   // "text|json" for SettingType::choice
  std::string_view about;     // one sentence
};

std::span<const Setting> settings();
// nullptr if there is no such path.
const Setting* find_setting(std::string_view path);
// "CLOGS_TLS_CERT" of "tls.cert".
std::string environment_name(const Setting& setting);
// What is nearest to `name` among `candidates`, or empty if nothing is near.
std::string nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace clogs::app
