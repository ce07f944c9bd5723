// A whole gRPC server over a sink in memory and a scripted engine, and clients of it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include "clogs/v1/ingest.grpc.pb.h"
#include "clogs/v1/query.grpc.pb.h"
#include "core/base/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/api/auth.h"
#include "server/api/calls.h"
#include "server/api/grpc/server.h"
#include "server/api/http/testing/fake_query.h"
#include "server/api/metrics.h"
#include "server/api/worker_pool.h"
#include "server/ingest/service.h"
#include "server/ingest/testing/fake_sink.h"

namespace clogs::api::testing {

// One record {:message text}, with an identity if there is a producer.
inline v1::Batch one_record(const std::string& text, const std::string& producer = "",
                            uint64_t sequence = 0) {
  v1::Batch batch;
  batch.set_producer(producer);
  batch.set_sequence(sequence);
  batch.add_records()->set_message(text);
  return batch;
}

// The first detail of this type in the trailers' google.rpc.Status.
template <typename Detail>
std::optional<Detail> detail_of(const grpc::Status& status) {
  google::rpc::Status all;
  if (!all.ParseFromString(status.error_details())) return std::nullopt;
  Detail detail;
  for (const auto& any : all.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

inline int64_t retry_ms(const grpc::Status& status) {
  const auto retry = detail_of<google::rpc::RetryInfo>(status);
  return retry ? retry->retry_delay().seconds() * 1000 + retry->retry_delay().nanos() / 1'000'000
               : -1;
}

class GrpcTest : public ::testing::Test {
 protected:
  // Options and keys are changed before the first use of the server.
  GrpcOptions options;
  CallLimits call_limits;
  std::vector<ApiKey> keys;
  std::atomic<bool> ready{true};
  unsigned worker_threads = 2;
  size_t worker_queue = 16;

  ingest::testing::FakeSink sink;
  ingest::Service ingest{sink, record::Limits{}};
  QueryScript script;
  SystemClock clock;
  query::Engine engine{script, nullptr, clock, query::Options{}};
  Metrics metrics{"test"};

  GrpcTest() {
    options.port = 0;
    options.limits.health_interval = std::chrono::milliseconds(5);
  }
  // What waits in the sink would keep its call, and with it the server, for ever.
  ~GrpcTest() override {
    while (sink.release_one()) {
    }
  }

  Result<std::unique_ptr<GrpcServer>> start();
  GrpcServer& server();
  void stop() { server_.reset(); }

  std::string target() { return "127.0.0.1:" + std::to_string(server().port()); }
  // A connection of its own.
  std::shared_ptr<grpc::Channel> channel();
  std::unique_ptr<v1::IngestLog::Stub> ingest_log() { return v1::IngestLog::NewStub(channel()); }
  std::unique_ptr<v1::QueryLogs::Stub> query_logs() { return v1::QueryLogs::NewStub(channel()); }

  // One unary call with bytes as they are.
  grpc::Status call(const std::string& path, const std::string& request, std::string& response);
  grpc::Status send(const v1::Batch& batch, v1::IngestResponse& response,
                    const std::string& key = "");

  // Several servers may share what is above.
  Services services_;

 private:
  std::unique_ptr<Authorizer> auth_;
  std::unique_ptr<WorkerPool> pool_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<GrpcServer> server_;
};

// Limits a call that a broken server would leave hanging.
void limit(grpc::ClientContext& context);

}  // namespace clogs::api::testing
