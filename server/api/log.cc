#include "server/api/log.h"

#include <spdlog/logger.h>

namespace clogs::api {
namespace {

void append(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c != log_separator) out.push_back(c);
  }
}

}  // namespace

void log(const std::shared_ptr<spdlog::logger>& logger, LogLevel level, std::string_view message,
         std::initializer_list<LogField> fields) {
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                  spdlog::level::warn, spdlog::level::err};
  const spdlog::level::level_enum at = levels[static_cast<size_t>(level)];
  if (logger == nullptr || !logger->should_log(at)) return;
  std::string payload;
  append(message, payload);
  for (const auto& [key, value] : fields) {
    payload += log_separator;
    append(key, payload);
    payload += log_separator;
    append(value, payload);
  }
  logger->log(at, spdlog::string_view_t(payload));
}

}  // namespace clogs::api
