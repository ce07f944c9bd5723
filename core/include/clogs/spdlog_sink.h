// Records of spdlog (1.10 and newer) into a client.
//
//   auto log = clogs::spdlog_logger_mt("shop.cart");   // the process's default client
//   log->info("added {}", sku);
//
// A record has the payload as :message, the logger's name as :logger, the number of the thread that
// logged as :thread, the moment of the call, and, where the call has a source location
// (SPDLOG_INFO(...)), code.file.path, code.line.number and code.function.name. spdlog's words
// "warning" and "critical" are :level warn and fatal, and kept as :level_text. The fields of
// clogs::Scope and of spdlog's MDC (1.14 and newer) are read on the thread that runs the sink,
// which behind an asynchronous logger is spdlog's own.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/sink.h>
#include <spdlog/spdlog.h>
#include <spdlog/version.h>
#if !defined(SPDLOG_NO_TLS) && __has_include(<spdlog/mdc.h>)
#include <spdlog/mdc.h>
#define CLOGS_SPDLOG_MDC 1
#endif

#include "clogs/client.h"

namespace clogs {

struct SpdlogOptions {
  // How long flush(), and so flush_on() and flush_every(), waits for the server's acknowledgement;
  // 0: it only hurries what waits on its way.
  std::chrono::milliseconds flush_timeout{1000};
  // :message is the text that the logger's pattern makes, without its line end. Else patterns are
  // ignored: what they add are fields of the record already.
  bool use_pattern = false;
};

constexpr Level level_of(spdlog::level::level_enum level) noexcept {
  switch (level) {
    case spdlog::level::trace:
      return Level::trace;
    case spdlog::level::debug:
      return Level::debug;
    case spdlog::level::warn:
      return Level::warn;
    case spdlog::level::err:
      return Level::error;
    case spdlog::level::critical:
      return Level::fatal;
    default:
      return Level::info;
  }
}

// Any number of threads and loggers; no lock but with use_pattern. Nothing throws. What the client
// does with a full queue is its option on_full.
class SpdlogSink final : public spdlog::sinks::sink {
 public:
  explicit SpdlogSink(const Client& client = default_client(), SpdlogOptions options = {})
      : client_(client), options_(options) {
    if (options_.use_pattern) formatter_ = std::make_unique<spdlog::pattern_formatter>();
  }

  void log(const spdlog::details::log_msg& msg) override {
    try {
      if (!options_.use_pattern) return write(msg, {msg.payload.data(), msg.payload.size()});
      const std::lock_guard lock(mutex_);
      spdlog::memory_buf_t text;
      formatter_->format(msg, text);
      write(msg, without_line_end({text.data(), text.size()}));
    } catch (...) {  // no memory, or a formatter of the application's
      return;
    }
  }

  void flush() override {
    if (options_.flush_timeout.count() > 0) {
      client_.flush(options_.flush_timeout);
    } else {
      client_.flush_async(client_.options().request_timeout, [](FlushResult) {});
    }
  }

  void set_pattern(const std::string& pattern) override {
    if (options_.use_pattern) set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern));
  }

  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override {
    if (!options_.use_pattern || formatter == nullptr) return;
    const std::lock_guard lock(mutex_);
    formatter_ = std::move(formatter);
  }

  const Client& client() const noexcept { return client_; }

 private:
  static std::string_view without_line_end(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    return text;
  }

  void write(const spdlog::details::log_msg& msg, std::string_view text) const {
    RecordBuilder record = client_.log(level_of(msg.level), text, msg.time);
    RecordWriter* const writer = record.writer();
    if (writer == nullptr) return;
    if (msg.logger_name.size() > 0) {
      writer->logger({msg.logger_name.data(), msg.logger_name.size()});
    }
    writer->thread(std::to_string(msg.thread_id));
    if (msg.level == spdlog::level::warn) writer->field("level_text", "warning");
    if (msg.level == spdlog::level::critical) writer->field("level_text", "critical");
    if (!msg.source.empty()) write_source(msg.source, *writer);
#ifdef CLOGS_SPDLOG_MDC
    for (const auto& [key, value] : spdlog::mdc::get_context()) writer->field(key, value);
#endif
    std::move(record).log();
  }

  static void write_source(const spdlog::source_loc& source, RecordWriter& writer) {
    if (source.filename != nullptr) writer.field("code.file.path", source.filename);
    writer.field("code.line.number", source.line);
    if (source.funcname != nullptr) writer.field("code.function.name", source.funcname);
  }

  const Client client_;
  const SpdlogOptions options_;
  std::mutex mutex_;  // of formatter_
  std::unique_ptr<spdlog::formatter> formatter_;
};

// Both of spdlog's names: the client takes records from any thread.
using spdlog_sink_mt = SpdlogSink;
using spdlog_sink_st = SpdlogSink;

// A logger that spdlog knows by `name`, with this one sink;
// spdlog_logger_mt<spdlog::async_factory>(...) makes an asynchronous one.
template <typename Factory = spdlog::synchronous_factory>
std::shared_ptr<spdlog::logger> spdlog_logger_mt(const std::string& name,
                                                 const Client& client = default_client(),
                                                 SpdlogOptions options = {}) {
  return Factory::template create<SpdlogSink>(name, client, options);
}

}  // namespace clogs
