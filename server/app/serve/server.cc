#include "server/app/serve/server.h"

#include <atomic>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/clock.h"
#include "server/api/auth.h"
#include "server/api/calls.h"
#include "server/api/grpc/server.h"
#include "server/api/http/server.h"
#include "server/api/log.h"
#include "server/api/metrics.h"
#include "server/api/services.h"
#include "server/api/worker_pool.h"
#include "server/app/serve/listen_check.h"
#include "server/app/serve/log_keeper.h"
#include "server/app/serve/store_metrics.h"
#include "server/app/version.h"
#include "server/ingest/service.h"
#include "server/query/engine.h"
#include "server/store/store.h"

namespace clogs::app {

namespace {

using std::chrono::milliseconds;

struct Address {
  std::string host;
  uint16_t port = 0;
};

Address address_of(const Config& config, std::string_view path) {
  auto [host, port] = parse_address(config.text(path)).value();
  return {std::move(host), port};
}

std::string print(const Address& address) {
  bool v6 = address.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", address.host, address.port)
            : fmt::format("{}:{}", address.host, address.port);
}

milliseconds duration_of(const Config& config, std::string_view path) {
  return milliseconds(config.integer(path) / 1'000'000);
}

std::vector<api::ApiKey> keys_of(const Config& config) {
  std::vector<api::ApiKey> keys;
  for (const edn::Value& entry : config.get("api-keys").value.items()) {
    api::ApiKey key;
    key.name = entry.find("name")->text();
    key.secret = entry.find("secret")->text();
    for (const edn::Value& right : entry.find("rights")->items()) {
      if (right.is_keyword("ingest")) key.rights |= api::right_ingest;
      if (right.is_keyword("query")) key.rights |= api::right_query;
      if (right.is_keyword("admin")) key.rights |= api::right_admin;
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

std::optional<api::TlsOptions> tls_of(const Config& config) {
  if (config.text("tls.cert").empty()) return std::nullopt;
  return api::TlsOptions{config.text("tls.cert"), config.text("tls.key"),
                         config.text("tls.client-ca")};
}

api::HttpOptions http_options(const Config& config, const Address& address) {
  api::HttpOptions options;
  options.address = address.host;
  options.port = address.port;
  options.threads = static_cast<unsigned>(config.integer("http-threads"));
  options.tls = tls_of(config);
  options.cors_origins = config.texts("cors-origins");
  options.limits.body_bytes = static_cast<size_t>(config.integer("ingest.max-body"));
  options.limits.expanded_bytes = static_cast<size_t>(config.integer("ingest.max-expanded"));
  options.limits.query_threads = static_cast<unsigned>(config.integer("query.max-concurrent"));
  options.timeouts.header = duration_of(config, "timeouts.header");
  options.timeouts.body = duration_of(config, "timeouts.body");
  options.timeouts.idle = duration_of(config, "timeouts.idle");
  options.timeouts.write = duration_of(config, "timeouts.write");
  return options;
}

query::Options query_options(const Config& config) {
  query::Options options;
  options.threads = static_cast<unsigned>(config.integer("query.threads"));
  options.memory_budget_bytes = static_cast<size_t>(config.integer("query.memory"));
  options.max_concurrent = static_cast<unsigned>(config.integer("query.max-concurrent"));
  options.max_spill_bytes = static_cast<uint64_t>(config.integer("query.max-spill-bytes"));
  options.spill_dir = config.text("query.spill-dir");
  if (options.spill_dir.empty()) options.spill_dir = config.text("data-dir");
  options.timeout = std::chrono::nanoseconds(config.integer("timeouts.query"));
  return options;
}

void log_opening(const std::shared_ptr<spdlog::logger>& logger, const store::OpenReport& report) {
  api::log(logger, api::LogLevel::info, "store opened",
           {{"files", std::to_string(report.files)}, {"bytes", std::to_string(report.bytes)}});
  for (const store::TornTail& torn : report.torn) {
    api::log(logger, api::LogLevel::warn, "cut the unfinished end of a file",
             {{"file", torn.file},
              {"offset", std::to_string(torn.offset)},
              {"bytes", std::to_string(torn.bytes)},
              {"saved_as", torn.saved_as}});
  }
  for (const store::Damage& damage : report.damage) {
    api::log(logger, api::LogLevel::error, "damaged data is left out of answers",
             {{"file", damage.file},
              {"offset", std::to_string(damage.offset)},
              {"reason", damage.reason}});
  }
}

Result<std::unique_ptr<store::Store>> open_store(const Config& config,
                                                 const std::shared_ptr<spdlog::logger>& logger) {
  store::StoreOptions options;
  options.dir = config.text("data-dir");
  options.roll_bytes = static_cast<uint64_t>(config.integer("store.roll"));
  options.queue_bytes = static_cast<size_t>(config.integer("ingest.memory"));
  auto last = std::chrono::steady_clock::now();
  options.progress = [logger, last](const store::OpenProgress& at) mutable {
    auto now = std::chrono::steady_clock::now();
    if (now - last < std::chrono::seconds(2)) return;
    last = now;
    api::log(logger, api::LogLevel::info, "opening the store",
             {{"bytes_done", std::to_string(at.bytes_done)}, {"bytes", std::to_string(at.bytes)}});
  };
  return store::Store::open(std::move(options));
}

}  // namespace

// Members are in the order of their making; what comes later uses what comes earlier.
struct Server::Impl {
  Impl(const Config& configured, std::shared_ptr<spdlog::logger> logger)
      : config(configured), log(std::move(logger)), metrics(version), auth(keys_of(configured)) {}

  const Config config;
  std::shared_ptr<spdlog::logger> log;
  SystemClock clock;
  api::Metrics metrics;
  api::Authorizer auth;
  std::unique_ptr<store::Store> store;
  std::shared_ptr<void> store_samples;
  std::unique_ptr<ingest::Service> ingest;
  std::unique_ptr<LogKeeper> log_keeper;  // null unless log.keep
  std::shared_ptr<void> log_samples;
  std::unique_ptr<query::Engine> engine;
  std::unique_ptr<api::WorkerPool> workers;
  api::Services services;
  std::unique_ptr<api::Calls> calls;
  std::unique_ptr<api::HttpServer> http;
  std::unique_ptr<api::GrpcServer> grpc;
  std::string http_address;
  std::string grpc_address;
  std::atomic<bool> draining{false};  // readiness turns away what balances load before the ports do

  Status start();
  Status start_http(const Address& address);
  Status start_grpc(const Address& address);
};

Status Server::Impl::start() {
  Address http_at = address_of(config, "http");
  Address grpc_at = address_of(config, "grpc");
  // Before the data directory is touched: a server that cannot listen leaves no trace.
  CLOGS_RETURN_IF_ERROR(check_can_listen(http_at.host, http_at.port));
  CLOGS_RETURN_IF_ERROR(check_can_listen(grpc_at.host, grpc_at.port));
  // Before the store, whose opening has something to say.
  if (config.boolean("log.keep")) log_keeper = std::make_unique<LogKeeper>(*log);
  CLOGS_ASSIGN_OR_RETURN(store, open_store(config, log));
  log_opening(log, store->opened());
  store_samples = metrics.add([this] { return store_samples_of(store->stats()); });
  ingest = std::make_unique<ingest::Service>(*store, record::Limits{});
  if (log_keeper != nullptr) {
    log_keeper->begin(*ingest);
    log_samples = metrics.add([this] { return log_samples_of(log_keeper->stats()); });
  }
  engine = std::make_unique<query::Engine>(*store, store.get(), clock, query_options(config));
  workers = std::make_unique<api::WorkerPool>(
      static_cast<unsigned>(config.integer("query.max-concurrent")), api::HttpLimits{}.query_queue);
  services.ingest = ingest.get();
  services.sink = store.get();
  services.engine = engine.get();
  services.deletions = store.get();
  services.backup = store.get();
  services.metrics = &metrics;
  services.auth = &auth;
  services.health = [this] {
    std::vector<api::Part> parts = parts_of(store->stats());
    if (draining) parts.push_back({"server", false, "the server is shutting down"});
    return parts;
  };
  services.log = log;
  services.version = version;
  api::CallLimits call_limits;
  call_limits.expanded_bytes = static_cast<size_t>(config.integer("ingest.max-expanded"));
  calls = std::make_unique<api::Calls>(services, *workers, call_limits);
  services.calls = calls.get();
  CLOGS_RETURN_IF_ERROR(start_grpc(grpc_at));
  return start_http(http_at);
}

Status Server::Impl::start_http(const Address& address) {
  Result<std::unique_ptr<api::HttpServer>> started =
      api::HttpServer::start(http_options(config, address), services);
  if (!started.ok()) return started.status();
  http = *std::move(started);
  http_address = print({address.host, http->port()});
  return {};
}

Status Server::Impl::start_grpc(const Address& address) {
  api::GrpcOptions options;
  options.address = address.host;
  options.port = address.port;
  options.limits.message_bytes = static_cast<size_t>(config.integer("ingest.max-body"));
  if (auto tls = tls_of(config)) {
    options.tls = api::GrpcTls{tls->cert_file, tls->key_file, tls->client_ca_file};
  }
  Result<std::unique_ptr<api::GrpcServer>> started =
      api::GrpcServer::start(options, services, *calls);
  if (!started.ok()) return started.status();
  grpc = *std::move(started);
  grpc_address = print({address.host, grpc->port()});
  return {};
}

Result<std::unique_ptr<Server>> Server::start(const Config& config,
                                              std::shared_ptr<spdlog::logger> log) {
  CLOGS_RETURN_IF_ERROR(config.check());
  auto impl = std::make_unique<Impl>(config, std::move(log));
  CLOGS_RETURN_IF_ERROR(impl->start());
  return std::make_unique<Server>(std::move(impl));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

const std::string& Server::http_address() const { return impl_->http_address; }
const std::string& Server::grpc_address() const { return impl_->grpc_address; }

bool Server::drain() {
  impl_->draining = true;
  milliseconds limit = duration_of(impl_->config, "timeouts.drain");
  auto grpc_deadline = std::chrono::system_clock::now() + limit;
  bool http_done = impl_->http->drain(std::chrono::steady_clock::now() + limit);
  impl_->grpc->drain(grpc_deadline);
  impl_->http.reset();
  impl_->grpc.reset();
  impl_->workers->stop();
  if (impl_->log_keeper != nullptr) impl_->log_keeper->stop();
  impl_->store->close();
  return http_done;
}

}  // namespace clogs::app
