#include "core/record/level.h"

#include <array>
#include <optional>

namespace clogs::record {
namespace {

struct Alias {
  std::string_view name;  // lower case
  Severity severity;
};

// The names that syslog, java.util.logging, log4j, Python, zap, glog and Go's slog print.
constexpr Alias aliases[] = {
    {"trace", Severity::trace},        {"trc", Severity::trace},
    {"verbose", Severity::trace},      {"finest", Severity::trace},
    {"finer", Severity::trace},        {"debug", Severity::debug},
    {"dbg", Severity::debug},          {"fine", Severity::debug},
    {"config", Severity::debug},       {"info", Severity::info},
    {"inf", Severity::info},           {"information", Severity::info},
    {"informational", Severity::info}, {"notice", Severity::info},
    {"warn", Severity::warn},          {"warning", Severity::warn},
    {"wrn", Severity::warn},           {"error", Severity::error},
    {"err", Severity::error},          {"eror", Severity::error},
    {"severe", Severity::error},       {"fatal", Severity::fatal},
    {"ftl", Severity::fatal},          {"critical", Severity::fatal},
    {"crit", Severity::fatal},         {"panic", Severity::fatal},
    {"dpanic", Severity::fatal},       {"emerg", Severity::fatal},
    {"emergency", Severity::fatal},    {"alert", Severity::fatal},
};
constexpr size_t longest_alias = 13;

constexpr int last_otlp_number = 24;
constexpr int otlp_numbers_per_severity = 4;

Severity of_otlp_number(int64_t number) {
  if (number < 1 || number > last_otlp_number) return Severity::none;
  return static_cast<Severity>(1 + (number - 1) / otlp_numbers_per_severity);
}

}  // namespace

Severity severity_of(std::string_view level) {
  if (level.empty() || level.size() > longest_alias) return Severity::none;
  if (level[0] >= '0' && level[0] <= '9') {
    if (level.size() > 2 || level[0] == '0') return Severity::none;
    int number = 0;
    for (char c : level) {
      if (c < '0' || c > '9') return Severity::none;
      number = number * 10 + (c - '0');
    }
    return of_otlp_number(number);
  }
  char lower[longest_alias];
  for (size_t i = 0; i < level.size(); ++i) {
    char c = level[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const std::string_view name(lower, level.size());
  for (const Alias& alias : aliases) {
    if (alias.name.size() == name.size() && alias.name == name) return alias.severity;
  }
  return Severity::none;
}

Severity severity_of(edn::View level) {
  if (!level) return Severity::none;
  switch (level.kind()) {
    case edn::Kind::string:
    case edn::Kind::keyword:
      return severity_of(level.text());
    case edn::Kind::integer:
    case edn::Kind::big_integer: {
      const std::optional<int64_t> number = level.as_int64();
      return number ? of_otlp_number(*number) : Severity::none;
    }
    default:
      return Severity::none;
  }
}

std::string_view severity_name(Severity severity) {
  constexpr std::array<std::string_view, 7> names = {"",     "trace", "debug", "info",
                                                     "warn", "error", "fatal"};
  return names[static_cast<size_t>(severity)];
}

}  // namespace clogs::record
