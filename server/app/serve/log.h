// The server's own log: structured events on standard error, as text or as JSON lines.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class logger;
}

namespace clogs::app {

enum class LogFormat { text, json };

// `level` is a name of the setting log.level. JSON lines have timestamp, level, logger, message and
// the event's fields.
std::shared_ptr<spdlog::logger> make_logger(std::string_view level, LogFormat format);

enum class LogLevel { debug, info, warn, error };
using LogField = std::pair<std::string_view, std::string>;

// "message key=value ..." as text; an object with these keys as JSON. Thread-safe.
void log_event(spdlog::logger& logger, LogLevel level, std::string_view message,
               std::initializer_list<LogField> fields = {});

}  // namespace clogs::app
