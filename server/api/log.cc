#include "server/api/log.h"

#include <spdlog/logger.h>

namespace clogs::api {

void log(const std::shared_ptr<spdlog::logger>& logger, LogLevel level, std::string_view text) {
  if (logger == nullptr) return;
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                  spdlog::level::warn, spdlog::level::err};
  logger->log(levels[static_cast<size_t>(level)], spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace clogs::api
