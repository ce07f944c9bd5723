#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "clogs/client.h"
#include "clogs/scope.h"
#include "core/encode/exception.h"

namespace clogs {
namespace {

// Writers of this thread that nobody uses, with their memory. More than a few are in use at a time
// only where records are built inside each other.
class WriterPool {
 public:
  static constexpr size_t kept_max = 4;

  WriterPool() { alive = true; }
  ~WriterPool() { alive = false; }

  static RecordWriter* take() {
    if (!usable() || pool.free_.empty()) return std::make_unique<RecordWriter>().release();
    RecordWriter* writer = pool.free_.back().release();
    pool.free_.pop_back();
    return writer;
  }
  static void give(RecordWriter* writer) {
    std::unique_ptr<RecordWriter> owned(writer);
    if (usable() && pool.free_.size() < kept_max) pool.free_.push_back(std::move(owned));
  }

 private:
  // A thread may log while its thread_local objects are torn down.
  static bool usable() {
    if (!touched) {
      touched = true;
      pool.free_.reserve(kept_max);
    }
    return alive;
  }

  static thread_local WriterPool pool;
  static thread_local bool alive;
  static thread_local bool touched;
  std::vector<std::unique_ptr<RecordWriter>> free_;
};

thread_local WriterPool WriterPool::pool;
thread_local bool WriterPool::alive = false;
thread_local bool WriterPool::touched = false;

}  // namespace

RecordBuilder::RecordBuilder(const Client* client, Level level, std::string_view message,
                             std::optional<std::chrono::system_clock::time_point> time)
    : client_(client), writer_(nullptr) {
  if (!client->enabled(level)) return;
  writer_ = WriterPool::take();
  writer_->clear();
  const auto moment = time ? *time : std::chrono::system_clock::now();
  writer_->timestamp(std::chrono::nanoseconds(moment.time_since_epoch()).count());
  writer_->level(level);
  writer_->message(message);
}

RecordBuilder::RecordBuilder(RecordBuilder&& other) noexcept
    : client_(other.client_), writer_(std::exchange(other.writer_, nullptr)) {}

RecordBuilder::~RecordBuilder() {
  if (writer_ != nullptr) WriterPool::give(writer_);
}

RecordBuilder&& RecordBuilder::with_exception(const std::exception& exception) && {
  if (writer_ != nullptr) encode::write_exception(exception, *writer_);
  return std::move(*this);
}

RecordBuilder&& RecordBuilder::logger(std::string_view name) && {
  if (writer_ != nullptr) writer_->logger(name);
  return std::move(*this);
}

RecordBuilder&& RecordBuilder::thread(std::string_view name) && {
  if (writer_ != nullptr) writer_->thread(name);
  return std::move(*this);
}

RecordBuilder&& RecordBuilder::trace_ids(std::string_view trace_id, std::string_view span_id) && {
  if (writer_ != nullptr) {
    writer_->trace_id(trace_id);
    writer_->span_id(span_id);
  }
  return std::move(*this);
}

bool RecordBuilder::log() && noexcept {
  if (writer_ == nullptr) return false;
  bool taken = false;
  try {
    Scope::write(*writer_);
    taken = client_->submit(writer_->bytes());
  } catch (...) {  // no memory for the context
    taken = client_->submit(writer_->bytes());
  }
  WriterPool::give(std::exchange(writer_, nullptr));
  return taken;
}

RecordBuilder Client::log(Level level, std::string_view message) const {
  return {this, level, message, std::nullopt};
}
RecordBuilder Client::log(Level level, std::string_view message,
                          std::chrono::system_clock::time_point time) const {
  return {this, level, message, time};
}
RecordBuilder Client::trace(std::string_view message) const { return log(Level::trace, message); }
RecordBuilder Client::debug(std::string_view message) const { return log(Level::debug, message); }
RecordBuilder Client::info(std::string_view message) const { return log(Level::info, message); }
RecordBuilder Client::warn(std::string_view message) const { return log(Level::warn, message); }
RecordBuilder Client::error(std::string_view message) const { return log(Level::error, message); }
RecordBuilder Client::fatal(std::string_view message) const { return log(Level::fatal, message); }

}  // namespace clogs
