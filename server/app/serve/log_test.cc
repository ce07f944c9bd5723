#include "server/app/serve/log.h"

#include <gtest/gtest.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "server/api/log.h"

namespace clogs::app {
namespace {

class Lines final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Lines(LogFormat format) : base_sink(make_log_formatter(format)) {}
  std::string text;

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    text.append(line.data(), line.size());
  }
  void flush_() override {}
};

// The one line of an event without its time.
std::string line_of(LogFormat format, std::string_view message,
                    std::initializer_list<api::LogField> fields) {
  const auto lines = std::make_shared<Lines>(format);
  api::log(std::make_shared<spdlog::logger>("clogs", lines), api::LogLevel::warn, message, fields);
  const size_t time = format == LogFormat::json ? lines->text.find(',') : lines->text.find(' ');
  return lines->text.substr(time + 1);
}

TEST(Log, TextShowsFieldsBehindTheMessage) {
  EXPECT_EQ(line_of(LogFormat::text, "store opened", {{"files", "3"}, {"dir", "/a b"}}),
            "warn store opened files=3 dir=\"/a b\"\n");
}

TEST(Log, TextOfOthersForgesNeitherFieldsNorLines) {
  EXPECT_EQ(line_of(LogFormat::text, "m", {{"a", "x=1"}, {"b", "y\nz"}, {"c", ""}}),
            "warn m a=\"x=1\" b=\"y\\nz\" c=\"\"\n");
  EXPECT_EQ(line_of(LogFormat::json, "m", {{"a", "x\x1fid\x1fz"}}),
            "\"level\":\"warn\",\"logger\":\"clogs\",\"message\":\"m\",\"a\":\"xidz\"}\n");
}

}  // namespace
}  // namespace clogs::app
