// The gRPC port over the real store and engine: what goes in by one method comes out by another.
#include <atomic>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/sync_stream.h>
#include <gtest/gtest.h>

#include "clogs/v1/ingest.grpc.pb.h"
#include "clogs/v1/query.grpc.pb.h"
#include "core/base/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/api/auth.h"
#include "server/api/calls.h"
#include "server/api/grpc/server.h"
#include "server/api/grpc/testing/certificates.h"
#include "server/api/metrics.h"
#include "server/api/worker_pool.h"
#include "server/ingest/service.h"
#include "server/query/engine.h"
#include "server/store/store.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

class RealTest : public ::testing::Test {
 protected:
  RealTest() {
    services_.ingest = &ingest_;
    services_.sink = store_.get();
    services_.engine = &engine_;
    GrpcOptions options;
    options.port = 0;
    calls_ = std::make_unique<Calls>(services_, workers_);
    server_ = GrpcServer::start(options, services_, *calls_).value();
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                   grpc::InsecureChannelCredentials());
  }

  v1::IngestResponse send(const v1::Batch& batch) {
    grpc::ClientContext context;
    v1::IngestRequest request;
    *request.mutable_batch() = batch;
    v1::IngestResponse response;
    const grpc::Status status =
        v1::IngestLog::NewStub(channel_)->Ingest(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  void send_edn(const std::string& edn) {
    v1::Batch batch;
    batch.set_edn(edn);
    send(batch);
  }
  std::vector<v1::QueryResponse> query(const v1::QueryRequest& request, grpc::Status& status) {
    grpc::ClientContext context;
    const auto stub = v1::QueryLogs::NewStub(channel_);
    const auto reader = stub->Query(&context, request);
    std::vector<v1::QueryResponse> parts;
    v1::QueryResponse part;
    while (reader->Read(&part)) parts.push_back(part);
    status = reader->Finish();
    return parts;
  }
  std::vector<v1::QueryResponse> query(const v1::QueryRequest& request) {
    grpc::Status status;
    auto parts = query(request, status);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return parts;
  }

  static std::unique_ptr<store::Store> open(const std::string& dir) {
    store::StoreOptions options;
    options.dir = dir;
    return store::Store::open(std::move(options)).value();
  }

  const TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<store::Store> store_ = open(dir_.path() + "/data");
  ingest::Service ingest_{*store_, record::Limits{}};
  query::Engine engine_{*store_, store_.get(), clock_, query::Options{}};
  WorkerPool workers_{2, 16};
  Services services_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(RealTest, WhatIsStoredIsFoundWithItsTypes) {
  v1::Batch batch;
  v1::Record& record = *batch.add_records();
  record.set_level("error");
  record.set_message("boom");
  v1::Field& field = *record.add_fields();
  field.set_key("user_id");
  field.mutable_value()->set_int_value(42);
  EXPECT_EQ(send(batch).accepted(), 1U);
  v1::QueryRequest request;
  request.set_query("{:where [:= :user_id 42] :select [:level :message :user_id]}");
  const auto parts = query(request);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_THAT(parts[0].header().columns(), ::testing::ElementsAre("level", "message", "user_id"));
  EXPECT_THAT(parts[0].header().hash(), ::testing::StartsWith("sha256:"));
  const v1::Columns& columns = parts[1].rows().columns();
  EXPECT_EQ(columns.columns(1).strings().values(0), "boom");
  EXPECT_EQ(columns.columns(2).ints().values(0), 42);
  EXPECT_EQ(parts[2].trailer().count(), 1U);
}

TEST_F(RealTest, ADuplicateIsStoredOnce) {
  v1::Batch batch;
  batch.set_producer("p");
  batch.set_sequence(1);
  batch.set_edn("{:a 1} {:a 2}");
  EXPECT_FALSE(send(batch).duplicate());
  EXPECT_TRUE(send(batch).duplicate());
  v1::QueryRequest request;
  request.set_query("{}");
  request.set_format(v1::ROW_FORMAT_EDN);
  EXPECT_EQ(query(request).back().trailer().count(), 2U);
}

TEST_F(RealTest, ParametersAreBound) {
  send_edn("{:a 1} {:a 2}");
  v1::QueryRequest request;
  request.set_query("{:where [:= :a ?wanted] :select [:a]}");
  (*request.mutable_params())["wanted"].set_int_value(2);
  request.set_format(v1::ROW_FORMAT_EDN);
  const auto parts = query(request);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[1].rows().edn(), "{:a 2}\n");
}

TEST_F(RealTest, ABadQueryNamesThePlace) {
  v1::QueryRequest request;
  request.set_query("{:where [:equals :a 1]}");
  grpc::Status status;
  query(request, status);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("did you mean :="));
  google::rpc::Status all;
  ASSERT_TRUE(all.ParseFromString(status.error_details()));
  google::rpc::BadRequest bad;
  ASSERT_TRUE(all.details(0).UnpackTo(&bad));
  EXPECT_THAT(bad.field_violations(0).field(), HasSubstr(":where"));
}

TEST_F(RealTest, ExplainNeverFailsOnABadQuery) {
  const auto stub = v1::QueryLogs::NewStub(channel_);
  v1::ExplainRequest request;
  request.set_query("{:where [:equals :a 1]}");
  v1::ExplainResponse response;
  grpc::ClientContext bad;
  ASSERT_TRUE(stub->Explain(&bad, request, &response).ok());
  EXPECT_EQ(response.canonical(), "");
  ASSERT_GT(response.diagnostics_size(), 0);
  EXPECT_EQ(response.diagnostics(0).severity(), "error");
  request.set_query("{:where [:= :a 1]}");
  grpc::ClientContext good;
  ASSERT_TRUE(stub->Explain(&good, request, &response).ok());
  EXPECT_NE(response.canonical(), "");
  EXPECT_THAT(response.hash(), ::testing::StartsWith("sha256:"));
}

TEST_F(RealTest, FieldsAndValuesAreCounted) {
  send_edn("{:level \"info\" :a 1} {:level \"info\"} {:level \"error\"}");
  const auto stub = v1::QueryLogs::NewStub(channel_);
  v1::FieldsRequest request;
  request.set_field("level");
  v1::FieldsResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(stub->Fields(&context, request, &response).ok());
  ASSERT_EQ(response.values_size(), 2);
  EXPECT_EQ(response.values(0).value().string_value(), "info");
  EXPECT_EQ(response.values(0).count(), 2U);
}

TEST_F(RealTest, ATailSeesWhatIsStoredAfterIt) {
  send_edn("{:a :before}");
  grpc::ClientContext context;
  const auto stub = v1::QueryLogs::NewStub(channel_);
  v1::TailRequest request;
  request.set_query("{:select [:a]}");
  const auto reader = stub->Tail(&context, request);
  // The subscription begins some time after the call: records are sent until one arrives.
  v1::TailResponse response;
  std::atomic<bool> seen{false};
  std::thread sender([&] {
    while (!seen) send_edn("{:a :after}");
  });
  const bool got = reader->Read(&response);
  seen = true;
  sender.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(response.record(), "{:a :after}");
  EXPECT_EQ(response.sequence(), 1U);
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

}  // namespace
}  // namespace clogs::api::testing
