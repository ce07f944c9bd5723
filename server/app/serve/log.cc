#include "server/app/serve/log.h"

#include <algorithm>
#include <chrono>

#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "core/base/instant.h"
#include "core/edn/json_writer.h"
#include "server/api/log.h"

namespace clogs::app {

namespace {

std::string_view name_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
      return "trace";
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::info:
      return "info";
    case spdlog::level::warn:
      return "warn";
    case spdlog::level::err:
      return "error";
    case spdlog::level::critical:
      return "fatal";
    default:
      return "info";
  }
}

std::string_view take_part(std::string_view& payload) {
  size_t end = payload.find(api::log_separator);
  std::string_view part = payload.substr(0, end);
  payload = end == std::string_view::npos ? std::string_view() : payload.substr(end + 1);
  return part;
}

class EventFormatter final : public spdlog::formatter {
 public:
  explicit EventFormatter(LogFormat format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& dest) override {
    int64_t nanos =
        std::chrono::duration_cast<std::chrono::nanoseconds>(message.time.time_since_epoch())
            .count();
    std::string time = format_rfc3339(Instant::from_nanos(nanos / 1'000'000 * 1'000'000));
    std::string_view payload(message.payload.data(), message.payload.size());
    std::string line = format_ == LogFormat::json ? json(message.level, time, payload)
                                                  : text(message.level, time, payload);
    dest.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<formatter> clone() const override {
    return std::make_unique<EventFormatter>(format_);
  }

 private:
  static std::string json(spdlog::level::level_enum level, std::string_view time,
                          std::string_view payload) {
    std::string line = "{\"timestamp\":";
    edn::write_json_string(time, line);
    line += ",\"level\":";
    edn::write_json_string(name_of(level), line);
    line += ",\"logger\":\"clogs\",\"message\":";
    edn::write_json_string(take_part(payload), line);
    while (!payload.empty()) {
      line += ',';
      edn::write_json_string(take_part(payload), line);
      line += ':';
      edn::write_json_string(take_part(payload), line);
    }
    line += "}\n";
    return line;
  }

  static std::string text(spdlog::level::level_enum level, std::string_view time,
                          std::string_view payload) {
    std::string line(time);
    line += ' ';
    line += name_of(level);
    line += ' ';
    line += take_part(payload);
    while (!payload.empty()) {
      line += ' ';
      line += take_part(payload);
      line += '=';
      append_value(take_part(payload), line);
    }
    line += '\n';
    return line;
  }

  // In quotes where it holds what would look like another field or another line.
  static void append_value(std::string_view value, std::string& line) {
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
      return c > ' ' && c != '"' && c != '=' && c != '\x7f';
    });
    if (plain) {
      line += value;
    } else {
      edn::write_json_string(value, line);
    }
  }

  LogFormat format_;
};

}  // namespace

std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format) {
  return std::make_unique<EventFormatter>(format);
}

std::shared_ptr<spdlog::logger> make_logger(std::string_view level, LogFormat format) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(make_log_formatter(format));
  auto logger = std::make_shared<spdlog::logger>("clogs", std::move(sink));
  logger->set_level(spdlog::level::from_str(std::string(level)));
  logger->flush_on(spdlog::level::info);
  return logger;
}

}  // namespace clogs::app
