// The server's own log, without the logging library's headers.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace spdlog {
class logger;
}

namespace clogs::api {

enum class LogLevel : uint8_t { debug, info, warn, error };

// `text` is written as it is. A null logger drops it.
void log(const std::shared_ptr<spdlog::logger>& logger, LogLevel level, std::string_view text);

}  // namespace clogs::api
