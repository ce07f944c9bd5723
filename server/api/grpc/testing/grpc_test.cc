#include "server/api/grpc/testing/grpc_test.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/channel_arguments.h>

#include "server/api/grpc/bytes.h"

namespace clogs::api::testing {

void limit(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
}

Result<std::unique_ptr<GrpcServer>> GrpcTest::start() {
  if (!calls_) {
    auth_ = std::make_unique<Authorizer>(keys);
    services_.ingest = &ingest;
    services_.sink = &sink;
    services_.engine = &engine;
    services_.metrics = &metrics;
    services_.auth = auth_.get();
    services_.health = [this] { return std::vector<Part>{{"store", ready.load(), ""}}; };
    pool_ = std::make_unique<WorkerPool>(worker_threads, worker_queue);
    calls_ = std::make_unique<Calls>(services_, *pool_, call_limits);
  }
  return GrpcServer::start(options, services_, *calls_);
}

GrpcServer& GrpcTest::server() {
  if (!server_) {
    auto started = start();
    EXPECT_TRUE(started.ok()) << started.status().to_string();
    server_ = std::move(started).value();
  }
  return *server_;
}

std::shared_ptr<grpc::Channel> GrpcTest::channel() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(target(), grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status GrpcTest::call(const std::string& path, const std::string& request,
                            std::string& response) {
  grpc::ClientContext context;
  limit(context);
  const grpc::ByteBuffer in = buffer_of(request);
  grpc::ByteBuffer out;
  const auto connection = channel();
  const grpc::internal::RpcMethod method(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC,
                                         connection);
  const grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      connection.get(), method, &context, in, &out);
  if (status.ok()) response = bytes_of(out);
  return status;
}

grpc::Status GrpcTest::send(const v1::Batch& batch, v1::IngestResponse& response,
                            const std::string& key) {
  grpc::ClientContext context;
  limit(context);
  if (!key.empty()) context.AddMetadata("authorization", "Bearer " + key);
  v1::IngestRequest request;
  *request.mutable_batch() = batch;
  return ingest_log()->Ingest(&context, request, &response);
}

}  // namespace clogs::api::testing
