#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/sync_stream.h>

#include "server/api/grpc/bytes.h"
#include "server/api/grpc/testing/certificates.h"
#include "server/api/grpc/testing/grpc_test.h"

namespace clogs::api::testing {
namespace {

using grpc::StatusCode;
using ::testing::HasSubstr;

// grpc.health.v1.HealthCheckRequest{service} and the status inside the response, by hand: Debian
// has no compiled health.proto.
class HealthTest : public GrpcTest {
 protected:
  static constexpr int serving = 1;
  static constexpr int not_serving = 2;

  int health(const std::string& service) {
    std::string request;
    if (!service.empty()) {
      request = "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
    }
    std::string response;
    const grpc::Status status = call("/grpc.health.v1.Health/Check", request, response);
    if (!status.ok()) return -static_cast<int>(status.error_code());
    return response.size() == 2 && response[0] == 8 ? response[1] : 0;
  }
  void wait_for(const std::string& service, int wanted) {
    while (health(service) != wanted) std::this_thread::yield();
  }
};

TEST_F(HealthTest, IsServingByName) {
  EXPECT_EQ(health(""), serving);
  EXPECT_EQ(health("clogs.v1.IngestLog"), serving);
  EXPECT_EQ(health("clogs.v1.QueryLogs"), serving);
  EXPECT_EQ(health("no.such.Service"), -static_cast<int>(StatusCode::NOT_FOUND));
}

TEST_F(HealthTest, FollowsReadiness) {
  ready = false;
  EXPECT_EQ(health("clogs.v1.IngestLog"), not_serving);
  EXPECT_EQ(health(""), not_serving);
  ready = true;
  wait_for("clogs.v1.IngestLog", serving);
  ready = false;
  wait_for("", not_serving);
}

TEST_F(HealthTest, NeedsNoKey) {
  keys = {{"reader", "secret", right_query}};
  EXPECT_EQ(health(""), serving);
}

using ServerTest = GrpcTest;

// ServerReflectionRequest{list_services: "*"} and {file_containing_symbol: name}, by hand as well.
TEST_F(ServerTest, ReflectionListsTheServices) {
  const auto connection = channel();
  const grpc::internal::RpcMethod method(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      grpc::internal::RpcMethod::BIDI_STREAMING, connection);
  grpc::ClientContext context;
  limit(context);
  using Factory = grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>;
  const std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream(
      Factory::Create(connection.get(), method, &context));
  grpc::ByteBuffer response;
  ASSERT_TRUE(stream->Write(buffer_of("\x3a\x01*")));
  ASSERT_TRUE(stream->Read(&response));
  const std::string services = bytes_of(response);
  EXPECT_THAT(services, HasSubstr("clogs.v1.IngestLog"));
  EXPECT_THAT(services, HasSubstr("clogs.v1.QueryLogs"));
  EXPECT_THAT(services, HasSubstr("grpc.health.v1.Health"));
  ASSERT_TRUE(
      stream->Write(buffer_of("\x22\x12"
                              "clogs.v1.IngestLog")));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_THAT(bytes_of(response), HasSubstr("IngestStreamResponse"));
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerTest, AnUnknownMethodIsUnimplemented) {
  std::string response;
  EXPECT_EQ(call("/clogs.v1.IngestLog/Nothing", "", response).error_code(),
            StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(call("/no.such.Service/Nothing", "", response).error_code(), StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, ATakenPortIsAnError) {
  options.port = server().port();
  const auto second = start();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), Code::unavailable);
  EXPECT_THAT(second.status().message(), HasSubstr("Address already in use"));
}

TEST_F(ServerTest, AnAddressOfNobodyIsAnError) {
  options.address = "no-such-host.invalid";
  EXPECT_EQ(start().status().code(), Code::unavailable);
}

TEST_F(ServerTest, ThePortIsFreeAfterTheEnd) {
  options.port = server().port();
  stop();
  const auto again = start();
  EXPECT_TRUE(again.ok()) << again.status().to_string();
}

TEST_F(ServerTest, DrainingWaitsForRunningCalls) {
  sink.hold();
  v1::IngestResponse response;
  grpc::Status status;
  std::thread caller([&] { status = send(one_record("x"), response); });
  while (sink.batches().empty()) std::this_thread::yield();
  std::thread drainer(
      [&] { server().drain(std::chrono::system_clock::now() + std::chrono::seconds(20)); });
  EXPECT_TRUE(sink.release_one());
  caller.join();
  drainer.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.accepted(), 1U);
}

TEST_F(ServerTest, DrainingCutsWhatOutlastsTheDeadline) {
  const auto stub = query_logs();
  grpc::ClientContext context;
  v1::QueryRequest request;
  request.set_query("{:block true}");
  const auto reader = stub->Query(&context, request);
  script.wait_running();
  server().drain(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  script.wait_cancelled();
  EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(ServerTest, DrainingUnderLoadLosesNoAcknowledgedBatch) {
  std::atomic<uint64_t> acknowledged{0};
  std::atomic<uint64_t> sequence{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&, stub = std::shared_ptr(ingest_log())] {
      while (true) {
        grpc::ClientContext context;
        limit(context);
        v1::IngestRequest request;
        *request.mutable_batch() = one_record("x", "p", ++sequence);
        v1::IngestResponse response;
        if (!stub->Ingest(&context, request, &response).ok()) return;
        ++acknowledged;
      }
    });
  }
  while (acknowledged < 50) std::this_thread::yield();
  server().drain(std::chrono::system_clock::now() + std::chrono::seconds(20));
  for (std::thread& caller : callers) caller.join();
  EXPECT_GE(sink.batches().size(), acknowledged);
}

class TlsTest : public GrpcTest {
 protected:
  void serve(bool ask_client) {
    const Pem pem = authority_.issue();
    GrpcTls tls;
    tls.cert_file = dir_.write("cert.pem", pem.certificate);
    tls.key_file = dir_.write("key.pem", pem.key);
    if (ask_client) tls.client_ca_file = dir_.write("ca.pem", authority_.certificate());
    options.tls = tls;
  }
  grpc::Status send_with(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto stub =
        v1::IngestLog::NewStub(grpc::CreateCustomChannel(target(), credentials, arguments));
    grpc::ClientContext context;
    limit(context);
    v1::IngestRequest request;
    *request.mutable_batch() = one_record("x");
    v1::IngestResponse response;
    return stub->Ingest(&context, request, &response);
  }

  const Authority authority_;
  const TempDir dir_;
};

TEST_F(TlsTest, AClientThatTrustsTheAuthorityIsServed) {
  serve(false);
  grpc::SslCredentialsOptions client;
  client.pem_root_certs = authority_.certificate();
  const grpc::Status status = send_with(grpc::SslCredentials(client));
  EXPECT_TRUE(status.ok()) << status.error_message();
  grpc::SslCredentialsOptions stranger;
  stranger.pem_root_certs = Authority().certificate();
  EXPECT_EQ(send_with(grpc::SslCredentials(stranger)).error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(send_with(grpc::InsecureChannelCredentials()).error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AClientWithoutACertificateIsRefusedWhereOneIsAsked) {
  serve(true);
  grpc::SslCredentialsOptions client;
  client.pem_root_certs = authority_.certificate();
  EXPECT_EQ(send_with(grpc::SslCredentials(client)).error_code(), StatusCode::UNAVAILABLE);
  const Pem foreign = Authority().issue();
  client.pem_cert_chain = foreign.certificate;
  client.pem_private_key = foreign.key;
  EXPECT_EQ(send_with(grpc::SslCredentials(client)).error_code(), StatusCode::UNAVAILABLE);
  const Pem own = authority_.issue();
  client.pem_cert_chain = own.certificate;
  client.pem_private_key = own.key;
  const grpc::Status status = send_with(grpc::SslCredentials(client));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(TlsTest, UnusableFilesAreNamed) {
  serve(false);
  const GrpcTls good = *options.tls;
  options.tls->cert_file = dir_.write("bad.pem", "no certificate");
  EXPECT_EQ(start().status().code(), Code::invalid_argument);
  EXPECT_THAT(start().status().message(), HasSubstr("bad.pem"));
  options.tls = good;
  options.tls->key_file = dir_.write("other.pem", authority_.issue().key);
  EXPECT_THAT(start().status().message(), HasSubstr("other.pem"));
  options.tls->key_file = dir_.path() + "/missing.pem";
  EXPECT_THAT(start().status().message(), HasSubstr("missing.pem"));
}

}  // namespace
}  // namespace clogs::api::testing
