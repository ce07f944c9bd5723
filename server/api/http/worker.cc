#include "server/api/http/worker.h"

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/instant.h"

namespace clogs::api {
namespace {

using std::chrono::milliseconds;

// Deadlines are looked at a few times within the shortest of them.
milliseconds tick_of(const HttpTimeouts& timeouts) {
  const milliseconds shortest = std::min({timeouts.handshake, timeouts.header, timeouts.body,
                                          timeouts.idle, timeouts.write, timeouts.linger});
  return std::clamp(shortest / 4, milliseconds(5), milliseconds(250));
}

}  // namespace

void Inbox::wake(std::shared_ptr<Exchange> exchange) {
  const std::lock_guard lock(mutex_);
  if (io_ == nullptr) return;
  waiting_.push_back(std::move(exchange));
  if (std::exchange(posted_, true)) return;
  asio::post(*io_, [self = shared_from_this()] { self->deliver(); });
}

void Inbox::deliver() {
  {
    const std::lock_guard lock(mutex_);
    batch_.swap(waiting_);
    posted_ = false;
  }
  for (const std::shared_ptr<Exchange>& exchange : batch_) {
    const auto connection = std::static_pointer_cast<Connection>(exchange->connection().lock());
    if (connection != nullptr) connection->on_woken(*exchange);
  }
  batch_.clear();
}

void Inbox::shut() {
  const std::lock_guard lock(mutex_);
  io_ = nullptr;
  waiting_.clear();
}

Worker::Worker(ConnectionContext context, std::function<void()> on_closed)
    : work_(io_.get_executor()),
      timer_(io_),
      inbox_(std::make_shared<Inbox>(io_)),
      context_(std::move(context)),
      tick_interval_(tick_of(*context_.timeouts)),
      on_closed_(std::move(on_closed)) {
  context_.waker = inbox_;
  update_clock();
}

Worker::~Worker() { stop(); }

void Worker::run() {
  tick();
  thread_ = std::thread([this] { io_.run(); });
}

void Worker::update_clock() {
  context_.now = ConnectionContext::Clock::now();
  const int64_t second = SystemClock().now_nanos() / nanos_per_second;
  if (second == date_second_) return;
  date_second_ = second;
  context_.date = http_date(second);
}

void Worker::wait_for_tick() {
  timer_.async_wait([this](AsioError error) {
    if (!error) tick();
  });
}

void Worker::tick_by(std::chrono::steady_clock::time_point time) {
  if (closing_ || time >= timer_.expiry()) return;
  timer_.expires_at(time);  // which ends the wait that runs
  wait_for_tick();
}

void Worker::tick() {
  if (closing_) return;
  update_clock();
  // Before the connections, which may ask for an earlier one.
  timer_.expires_after(tick_interval_);
  wait_for_tick();
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections_.size());
  for (const auto& [key, connection] : connections_) all.push_back(connection);
  for (const auto& connection : all) connection->on_tick();
}

void Worker::adopt(tcp::socket socket, TlsContext* tls) {
  asio::post(io_, [this, tls, moved = std::move(socket)]() mutable {
    if (closing_) return on_closed_();
    AsioError ignored;
    moved.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<Connection>(context_, *this);
    connections_.emplace(connection.get(), connection);
    connection->start(tls == nullptr ? make_tcp_wire(*connection, std::move(moved))
                                     : make_tls_wire(*connection, std::move(moved), *tls));
  });
}

void Worker::closed(Connection& connection) {
  connections_.erase(&connection);
  on_closed_();
}

void Worker::drain() {
  asio::post(io_, [this] {
    context_.draining = true;
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, connection] : connections_) all.push_back(connection);
    for (const auto& connection : all) connection->drain();
  });
}

void Worker::close_all() {
  asio::post(io_, [this] {
    closing_ = true;
    context_.draining = true;
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [key, connection] : connections_) all.push_back(connection);
    for (const auto& connection : all) connection->close();
  });
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  close_all();
  // What runs on the thread ends with its last connection; call-backs of closed sockets still come.
  asio::post(io_, [this] { timer_.cancel(); });
  inbox_->shut();
  work_.reset();
  thread_.join();
}

}  // namespace clogs::api
