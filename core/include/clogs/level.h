// Severities of log records, ordered.
#pragma once

#include <cstdint>
#include <string_view>

namespace clogs {

// The numbers are OpenTelemetry's severity numbers (logs data model, "SeverityNumber").
enum class Level : uint8_t { trace = 1, debug = 5, info = 9, warn = 13, error = 17, fatal = 21 };

constexpr std::string_view level_name(Level level) noexcept {
  switch (level) {
    case Level::trace:
      return "trace";
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
    case Level::fatal:
      return "fatal";
  }
  return "info";
}

}  // namespace clogs
