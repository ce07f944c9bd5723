#include "server/api/http/server.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include "server/api/http/router.h"
#include "server/api/http/routes.h"
#include "server/api/http/tls.h"
#include "server/api/http/worker.h"
#include "server/api/log.h"
#include "server/api/metrics.h"
#include "server/api/worker_pool.h"

namespace clogs::api {
namespace {

constexpr std::string_view too_many_connections =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 77\r\n"
    "Retry-After: 1\r\nConnection: close\r\n\r\n"
    "{\"success\":false,\"error\":\"The server has too many connections\",\"details\":{}}\n";
// Between attempts to accept when the process has no file left.
constexpr auto accept_pause = std::chrono::milliseconds(100);

Result<tcp::endpoint> resolve(asio::io_context& io, const std::string& address, uint16_t port) {
  AsioError error;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(address, std::to_string(port),
                       tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) {
    return unavailable(fmt::format("Cannot listen for HTTP on {}: {}", address, error.message()));
  }
  return found.begin()->endpoint();
}

}  // namespace

struct HttpServer::Impl {
  HttpOptions options;
  Services services;
  TlsContextPtr tls;
  Router router;
  WorkerPool queries;
  WorkerPool bulk;
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> accept_again;
  size_t next_worker = 0;
  uint16_t port = 0;

  std::mutex mutex;
  std::condition_variable changed;
  size_t open = 0;        // connections; guarded by mutex
  bool accepting = true;  // guarded by mutex

  Impl(HttpOptions given_options, Services given_services, unsigned threads)
      : options(std::move(given_options)),
        services(std::move(given_services)),
        router(services, options.cors_origins),
        queries(options.limits.query_threads, options.limits.query_queue),
        bulk(threads, options.limits.query_queue) {
    options.threads = threads;
  }

  void make_workers();
  Status listen();
  void accept();
  void on_closed();
  void stop_accepting();
};

void HttpServer::Impl::make_workers() {
  for (unsigned i = 0; i < options.threads; ++i) {
    ConnectionContext context;
    context.limits = &options.limits;
    context.timeouts = &options.timeouts;
    context.router = &router;
    workers.push_back(std::make_unique<Worker>(std::move(context), [this] { on_closed(); }));
  }
}

Status HttpServer::Impl::listen() {
  asio::io_context& io = workers.front()->io();
  CLOGS_ASSIGN_OR_RETURN(const tcp::endpoint endpoint, resolve(io, options.address, options.port));
  acceptor = std::make_unique<tcp::acceptor>(io);
  accept_again = std::make_unique<asio::steady_timer>(io);
  AsioError error;
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return unavailable(fmt::format("Cannot listen for HTTP on {}:{}: {}", options.address,
                                   options.port, error.message()));
  }
  port = acceptor->local_endpoint(error).port();
  return ok_status();
}

// One acceptor deals connections out in turn: with SO_REUSEPORT the kernel's hash would load the
// threads unevenly at small numbers, and a second server on the port would not be noticed.
void HttpServer::Impl::accept() {
  Worker& worker = *workers[next_worker++ % workers.size()];
  acceptor->async_accept(worker.io(), [this, &worker](AsioError error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      bool full = false;
      {
        const std::lock_guard lock(mutex);
        if (!accepting) return;
        full = open >= options.limits.connections;
        if (!full) ++open;
      }
      if (full) {
        AsioError ignored;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(too_many_connections), ignored);
      } else {
        if (services.metrics != nullptr) services.metrics->connections(Transport::http, 1);
        worker.adopt(std::move(socket), tls.get());
      }
      return accept();
    }
    log(services.log, LogLevel::warn, "accepting an HTTP connection failed",
        {{"error", error.message()}});
    accept_again->expires_after(accept_pause);
    accept_again->async_wait([this](AsioError cancelled) {
      if (!cancelled) accept();
    });
  });
}

void HttpServer::Impl::on_closed() {
  if (services.metrics != nullptr) services.metrics->connections(Transport::http, -1);
  const std::lock_guard lock(mutex);
  --open;
  changed.notify_all();
}

void HttpServer::Impl::stop_accepting() {
  {
    const std::lock_guard lock(mutex);
    if (!accepting) return;
    accepting = false;
  }
  asio::post(workers.front()->io(), [this] {
    AsioError ignored;
    acceptor->close(ignored);
    accept_again->cancel();
  });
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->stop_accepting();
  for (const auto& worker : impl_->workers) worker->close_all();
  // Queries of closed connections end at their next row; their threads are joined before the
  // connections' threads, which they still tell about it.
  impl_->queries.stop();
  impl_->bulk.stop();
  for (const auto& worker : impl_->workers) worker->stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpOptions options, Services services) {
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  auto impl = std::make_unique<Impl>(std::move(options), std::move(services), threads);
  if (impl->options.tls) {
    CLOGS_ASSIGN_OR_RETURN(impl->tls, make_tls_context(*impl->options.tls));
  }
  add_routes(impl->router, impl->services, impl->options, impl->queries, impl->bulk);
  impl->make_workers();
  CLOGS_RETURN_IF_ERROR(impl->listen());
  impl->accept();
  for (const auto& worker : impl->workers) worker->run();
  return std::make_unique<HttpServer>(std::move(impl));
}

uint16_t HttpServer::port() const { return impl_->port; }

bool HttpServer::drain(std::chrono::steady_clock::time_point deadline) {
  impl_->stop_accepting();
  for (const auto& worker : impl_->workers) worker->drain();
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_until(lock, deadline, [this] { return impl_->open == 0; });
}

}  // namespace clogs::api
