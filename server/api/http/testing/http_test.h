// A whole HTTP server over a sink in memory and a scripted engine.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/clock.h"
#include "server/api/auth.h"
#include "server/api/calls.h"
#include "server/api/http/server.h"
#include "server/api/http/testing/client.h"
#include "server/api/http/testing/fake_query.h"
#include "server/api/metrics.h"
#include "server/api/worker_pool.h"
#include "server/ingest/service.h"
#include "server/ingest/testing/fake_sink.h"

namespace clogs::api::testing {

class HttpTest : public ::testing::Test {
 protected:
  // Options and keys are changed before the first use of the server.
  HttpOptions options;
  std::vector<ApiKey> keys;
  store::DeletionSink* deletions = nullptr;
  store::BackupSource* backup = nullptr;
  std::vector<Part> parts = {{"store", true, ""}};
  std::shared_ptr<spdlog::logger> log;

  ingest::testing::FakeSink sink;
  ingest::Service ingest{sink, record::Limits{}};
  QueryScript script;
  SystemClock clock;
  query::Engine engine{script, nullptr, clock, query::Options{}};
  Metrics metrics{"test"};

  HttpTest() {
    options.port = 0;
    options.threads = 2;
  }

  HttpServer& server() {
    if (server_ != nullptr) return *server_;
    auth_ = std::make_unique<Authorizer>(keys);
    services_.ingest = &ingest;
    services_.sink = &sink;
    services_.engine = &engine;
    services_.deletions = deletions;
    services_.backup = backup;
    services_.metrics = &metrics;
    services_.auth = auth_.get();
    services_.version = "1.2.3";
    services_.log = log;
    services_.health = [this] { return parts; };
    pool_ = std::make_unique<WorkerPool>(2, 16);
    calls_ = std::make_unique<Calls>(services_, *pool_);
    services_.calls = calls_.get();
    Result<std::unique_ptr<HttpServer>> started = HttpServer::start(options, services_);
    EXPECT_TRUE(started.ok()) << started.status().to_string();
    server_ = std::move(started).value();
    return *server_;
  }

  Client connect() { return Client(server().port()); }
  void stop() { server_.reset(); }

 private:
  std::unique_ptr<Authorizer> auth_;
  Services services_;
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace clogs::api::testing
