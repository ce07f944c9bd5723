// The request target: path and query parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clogs::api {

struct Target {
  std::string_view path;  // as sent, still encoded
  std::string_view query;

  // The decoded value of a parameter; empty if it is not there. Nothing for malformed encoding.
  std::optional<std::string> parameter(std::string_view name) const;
  bool has(std::string_view name) const;
};

// "/a/b?c=d"; the absolute form "http://host/a/b" gives its path too. Points into `target`.
Target split_target(std::string_view target);

// "%41+b" with `plus_is_space`: "A b". Nothing for a broken escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace clogs::api
