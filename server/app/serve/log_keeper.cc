#include "server/app/serve/log_keeper.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "core/base/clock.h"
#include "core/base/instant.h"
#include "server/api/auth.h"
#include "server/app/serve/log.h"
#include "server/ingest/service.h"

namespace clogs::app {

// Records as JSON lines, between the threads that log and the one that stores.
class LogKeeper::Queue {
 public:
  explicit Queue(size_t bytes_max) : bytes_max_(bytes_max) {}

  void push(std::string_view line) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      if (lines_.size() + line.size() > bytes_max_) {
        ++dropped_;
        return;
      }
      lines_.append(line);
      ++count_;
    }
    ready_.notify_one();
  }

  struct Taken {
    std::string lines;
    uint64_t count = 0;
    uint64_t lost = 0;  // dropped since the last batch that was stored
  };
  // Waits for records; false when there are none and there will be none.
  bool take(Taken& taken) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closed_ || count_ > 0; });
    taken.lines = std::exchange(lines_, std::string());
    taken.count = std::exchange(count_, 0);
    taken.lost = dropped_ - told_;
    return taken.count > 0;
  }

  void stored(const Taken& taken, uint64_t accepted) {
    const std::lock_guard lock(mutex_);
    kept_ += accepted;
    dropped_ += taken.count - accepted;
    told_ += taken.lost;
  }

  void failed(const Taken& taken) {
    const std::lock_guard lock(mutex_);
    dropped_ += taken.count;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_one();
  }

  // What waits without a thread to store it.
  void drop() {
    const std::lock_guard lock(mutex_);
    lines_.clear();
    dropped_ += std::exchange(count_, 0);
  }

  Stats stats() const {
    const std::lock_guard lock(mutex_);
    return {kept_, dropped_};
  }

 private:
  const size_t bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  // Guarded by mutex_:
  std::string lines_;
  uint64_t count_ = 0;  // of lines_
  uint64_t kept_ = 0;
  uint64_t dropped_ = 0;
  uint64_t told_ = 0;  // of dropped_, in records of the store
  bool closed_ = false;
};

class LogKeeper::Sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Sink(std::shared_ptr<Queue> queue)
      : base_sink(make_log_formatter(LogFormat::json)), queue_(std::move(queue)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    queue_->push({line.data(), line.size()});
  }
  void flush_() override {}

  const std::shared_ptr<Queue> queue_;
};

namespace {

std::string loss_line(uint64_t lost) {
  const Instant now = Instant::from_nanos(SystemClock().now_nanos());
  return fmt::format(
      "{{\"timestamp\":\"{}\",\"level\":\"warn\",\"logger\":\"clogs\","
      "\"message\":\"log records could not be kept\",\"dropped\":{}}}\n",
      format_rfc3339(now), lost);
}

// Waits until the store has decided.
Result<ingest::Outcome> store(ingest::Service& service, std::string lines) {
  ingest::Request request;
  request.tenant = api::system_tenant;
  request.format = ingest::Format::ndjson;
  request.body = std::move(lines);
  std::promise<Result<ingest::Outcome>> decided;
  service.ingest(std::move(request), [&decided](Result<ingest::Outcome> outcome) {
    decided.set_value(std::move(outcome));
  });
  return decided.get_future().get();
}

}  // namespace

LogKeeper::LogKeeper(spdlog::logger& logger, size_t queue_bytes)
    : queue_(std::make_shared<Queue>(queue_bytes)) {
  logger.sinks().push_back(std::make_shared<Sink>(queue_));
}

LogKeeper::~LogKeeper() { stop(); }

void LogKeeper::begin(ingest::Service& ingest) {
  thread_ = std::thread([queue = queue_, &ingest] {
    Queue::Taken taken;
    while (queue->take(taken)) {
      const bool tells = taken.lost > 0;
      if (tells) taken.lines += loss_line(taken.lost);
      const Result<ingest::Outcome> outcome = store(ingest, std::move(taken.lines));
      if (!outcome.ok() || outcome->accepted == 0) {
        queue->failed(taken);
      } else {
        queue->stored(taken, outcome->accepted - (tells ? 1 : 0));
      }
    }
  });
}

void LogKeeper::stop() {
  queue_->close();
  if (thread_.joinable()) thread_.join();
  queue_->drop();
}

LogKeeper::Stats LogKeeper::stats() const { return queue_->stats(); }

std::vector<api::Sample> log_samples_of(const LogKeeper::Stats& stats) {
  const auto counter = [](std::string_view name, std::string_view help, uint64_t value) {
    api::Sample sample;
    sample.kind = api::Sample::Kind::counter;
    sample.name = name;
    sample.help = help;
    sample.value = static_cast<double>(value);
    return sample;
  };
  return {
      counter("clogs_log_kept_total", "Records of the server's own log in the store.", stats.kept),
      counter("clogs_log_dropped_total", "Records of the server's own log that could not be kept.",
              stats.dropped)};
}

}  // namespace clogs::app
