// The server's own log, without the logging library's headers: events with fields.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class logger;
}

namespace clogs::api {

enum class LogLevel : uint8_t { debug, info, warn, error };
using LogField = std::pair<std::string_view, std::string>;

// Separates the message and the fields of an event on their way through spdlog, which carries text
// only: message, then key and value in turn. Text that has it loses it.
constexpr char log_separator = '\x1f';

// Thread-safe. A null logger drops the event.
void log(const std::shared_ptr<spdlog::logger>& logger, LogLevel level, std::string_view message,
         std::initializer_list<LogField> fields = {});

}  // namespace clogs::api
