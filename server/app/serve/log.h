// The server's own log: structured events on standard error, as text or as JSON lines.
#pragma once

#include <memory>
#include <string_view>

namespace spdlog {
class formatter;  // NOLINT(readability-identifier-naming): spdlog's
class logger;     // NOLINT(readability-identifier-naming)
}  // namespace spdlog

namespace clogs::app {

enum class LogFormat { text, json };

// JSON lines have timestamp, level, logger, message and the event's fields; text is "time level
// message key=value ...", a value in quotes where it would not stand for itself.
std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format);

// `level` is a name of the setting log.level.
std::shared_ptr<spdlog::logger> make_logger(std::string_view level, LogFormat format);

}  // namespace clogs::app
