// Through Envoy, as testing/envoy.py starts it: what a proxy in between makes of calls and
// failures.
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/send/testing/client.h"
#include "core/send/testing/frame_peer.h"
#include "core/send/testing/grpc_server.h"

namespace clogs::send {
namespace {

using testing::in;
using testing::local;
using testing::long_time;
using testing::quick;
using testing::TestClient;

int port_of(const char* variable) {
  const char* const text = std::getenv(variable);
  int port = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), port);
  return port;
}

class Envoy : public ::testing::Test {
 protected:
  static testing::GrpcServer::Options server_options() {
    testing::GrpcServer::Options options;
    options.port = port_of("CLOGS_SERVER_PORT");
    return options;
  }
  // Envoy may still remember a server of the last test that is gone.
  void SetUp() override {
    Outcome outcome = client.echo();
    for (int i = 0; i < 200 && !outcome.status.ok(); ++i) outcome = client.echo();
    ASSERT_TRUE(outcome.status.ok()) << outcome.status.to_string();
  }

  testing::GrpcServer server{server_options()};
  TestClient client{port_of("CLOGS_ENVOY_PORT")};
};

TEST_F(Envoy, CallsGoThrough) {
  for (const size_t size : {size_t{0}, size_t{266'000}, size_t{3'000'000}}) {
    const std::string body(size, 'x');
    const Outcome outcome = client.echo(body);
    ASSERT_TRUE(outcome.status.ok()) << outcome.status.to_string();
    EXPECT_TRUE(outcome.response == body) << size;
  }
  EXPECT_EQ(client.call("/test/Zip", "zipped").response, "zipped");
}

TEST_F(Envoy, StatusAndDetailsPass) {
  for (int code = 1; code <= 16; ++code) {
    const Outcome outcome = client.call("/test/Status", std::to_string(code) + " 1250 ä 100%");
    EXPECT_EQ(static_cast<int>(outcome.status.code()), code);
    EXPECT_EQ(outcome.status.message(), "ä 100%");
    EXPECT_EQ(outcome.retry_delay, std::chrono::milliseconds(1250));
  }
}

TEST_F(Envoy, StreamsPass) {
  const auto stream = client.open("/test/Rows", "1000 1000 10");
  std::string row;
  int rows = 0;
  auto more = stream->next(row, in(long_time));
  for (; more.ok() && *more; more = stream->next(row, in(long_time))) ++rows;
  EXPECT_EQ(rows, 1000);
  EXPECT_EQ(more.status().code(), Code::aborted);
}

TEST_F(Envoy, DeadServerIsUnavailable) {
  EXPECT_EQ(client.call("/dead/Echo", "x").status.code(), Code::unavailable);
}

TEST_F(Envoy, ProxysOwn503IsUnavailable) {
  EXPECT_EQ(client.call("/busy/Echo", "x").status.code(), Code::unavailable);
}

TEST_F(Envoy, PathWithoutARouteIsUnimplemented) {
  EXPECT_EQ(client.call("/nowhere/Echo", "x").status.code(), Code::unimplemented);
}

TEST_F(Envoy, ServerLostInAStreamIsTheTransportsFinding) {
  testing::FramePeer peer(
      [](testing::PeerConnection& c) {
        c.open();
        const int32_t stream = c.read_request();
        if (stream == 0) return;
        c.begin_answer(stream);
        c.data(stream, std::string("\0\0\0\0\3row", 8));
      },
      port_of("CLOGS_DROP_PORT"));
  const auto stream = client.open("/drop/Rows", "");
  std::string row;
  auto more = stream->next(row, in(long_time));
  while (more.ok() && *more) more = stream->next(row, in(long_time));
  EXPECT_THAT(more.status().code(), ::testing::AnyOf(Code::internal, Code::unavailable));
  const Outcome unary = client.call("/drop/Echo", "");
  EXPECT_FALSE(unary.status.ok());
  EXPECT_TRUE(unary.by_transport || unary.status.code() == Code::unavailable)
      << unary.status.to_string();
}

}  // namespace
}  // namespace clogs::send
