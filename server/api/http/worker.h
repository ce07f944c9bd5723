// One thread that serves connections. Internal; shows Asio.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/api/http/asio_wire.h"
#include "server/api/http/connection.h"

namespace clogs::api {

// Exchanges with something to send. Many acknowledgements that come at once (a group commit) wake
// the thread once. Exchanges hold it, so it may outlive its worker.
class Inbox final : public Waker, public std::enable_shared_from_this<Inbox> {
 public:
  explicit Inbox(asio::io_context& io) : io_(&io) {}
  void wake(std::shared_ptr<Exchange> exchange) override;
  // The worker's thread is gone: nothing is delivered any more.
  void shut();

 private:
  void deliver();

  std::mutex mutex_;
  asio::io_context* io_;                            // guarded by mutex_; nullptr after shut()
  std::vector<std::shared_ptr<Exchange>> waiting_;  // guarded by mutex_
  bool posted_ = false;                             // guarded by mutex_
  std::vector<std::shared_ptr<Exchange>> batch_;    // of the worker's thread
};

class Worker final : public ConnectionKeeper {
 public:
  // `context` without waker and date, which are the worker's. `on_closed` runs on its thread for
  // each connection that ended.
  Worker(ConnectionContext context, std::function<void()> on_closed);
  ~Worker() override;

  asio::io_context& io() { return io_; }
  void run();
  // From any thread:
  void adopt(tcp::socket socket, TlsContext* tls);
  void drain();
  void close_all();
  void stop();

  void closed(Connection& connection) override;
  void tick_by(std::chrono::steady_clock::time_point time) override;

 private:
  void tick();
  void wait_for_tick();
  void update_clock();

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer timer_;
  std::shared_ptr<Inbox> inbox_;
  ConnectionContext context_;
  std::chrono::milliseconds tick_interval_;
  int64_t date_second_ = 0;
  const std::function<void()> on_closed_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace clogs::api
