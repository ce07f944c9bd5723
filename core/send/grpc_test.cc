// Against a server of the gRPC library: the wire is spoken as it speaks it.
#include <algorithm>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/send/gzip.h"
#include "core/send/testing/client.h"
#include "core/send/testing/grpc_server.h"
#include "core/send/testing/proxy.h"

namespace clogs::send {
namespace {

using std::chrono::milliseconds;
using ::testing::AnyOf;
using testing::GrpcServer;
using ::testing::HasSubstr;
using testing::in;
using testing::local;
using testing::long_time;
using testing::Proxy;
using testing::quick;
using testing::TestClient;

// All messages, and how it ended.
std::pair<std::vector<std::string>, Status> read_all(MessageStream& stream) {
  std::vector<std::string> messages;
  std::string message;
  while (true) {
    const auto more = stream.next(message, in(long_time));
    if (!more.ok()) return {messages, more.status()};
    if (!*more) return {messages, Status()};
    messages.push_back(message);
  }
}

TEST(Grpc, MessagesOfAllSizesComeBack) {
  GrpcServer server;
  Http2Options options = quick(local(server.port()));
  options.max_response_bytes = size_t{32} << 20;
  TestClient client(options);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{266'000}, size_t{26} << 20}) {
    const std::string body(size, 'x');
    const Outcome outcome = client.echo(body);
    ASSERT_TRUE(outcome.status.ok()) << size << ": " << outcome.status.to_string();
    EXPECT_TRUE(outcome.response == body) << size;
  }
}

TEST(Grpc, AllCodesArriveWithTheirMessage) {
  GrpcServer server;
  TestClient client(server.port());
  for (int code = 1; code <= 16; ++code) {
    const Outcome outcome =
        client.call("/test/Status", std::to_string(code) + " 0 so ist's, 100% ä");
    EXPECT_EQ(static_cast<int>(outcome.status.code()), code);
    EXPECT_EQ(outcome.status.message(), "so ist's, 100% ä");
    EXPECT_FALSE(outcome.by_transport);
    EXPECT_FALSE(outcome.unprocessed);
    EXPECT_FALSE(outcome.retry_delay.has_value());
  }
}

TEST(Grpc, RetryInfoIsReadFromTheDetails) {
  GrpcServer server;
  TestClient client(server.port());
  const Outcome outcome = client.call("/test/Status", "8 1250 busy");
  EXPECT_EQ(outcome.retry_delay, milliseconds(1250));
  EXPECT_EQ(outcome.status.details(), "{:retry-delay-ms 1250}");
}

TEST(Grpc, UnknownMethodIsUnimplemented) {
  GrpcServer server;
  TestClient client(server.port());
  EXPECT_EQ(client.call("/test/Nothing", "").status.code(), Code::unimplemented);
}

TEST(Grpc, DeadlineEndsTheCallAndKeepsTheConnection) {
  GrpcServer server;
  TestClient client(server.port());
  EXPECT_TRUE(client.echo().status.ok());
  EXPECT_EQ(client.call("/test/Hang", "", milliseconds(50)).status.code(), Code::deadline_exceeded);
  server.wait_for_cancelled(1);
  EXPECT_EQ(client.transport().state(), ConnectionState::ready);
  EXPECT_TRUE(client.echo().status.ok());
}

TEST(Grpc, CancelReachesTheServer) {
  GrpcServer server;
  TestClient client(server.port());
  auto outcome = client.start("/test/Hang", "");
  server.wait_for_hanging(1);
  client.transport().cancel(client.last());
  EXPECT_EQ(outcome.get().status.code(), Code::cancelled);
  server.wait_for_cancelled(1);
}

TEST(Grpc, ManyCallsAtOnce) {
  GrpcServer server;
  TestClient client(server.port());
  std::vector<std::future<Outcome>> calls;
  for (int i = 0; i < 300; ++i) calls.push_back(client.start("/test/Echo", std::to_string(i)));
  for (int i = 0; i < 300; ++i)
    EXPECT_EQ(calls[static_cast<size_t>(i)].get().response, std::to_string(i));
}

TEST(Grpc, CallsFromManyThreads) {
  GrpcServer server;
  TestClient client(server.port());
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i)
        good += client.transport().state() == ConnectionState::failing ? 0 : 1;
      for (int i = 0; i < 50; ++i) {
        std::promise<Outcome> done;
        client.transport().start({"/test/Echo", testing::framed("x"), in(long_time)},
                                 [&](Outcome outcome) { done.set_value(std::move(outcome)); });
        EXPECT_EQ(done.get_future().get().response, "x");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 400);
}

TEST(Grpc, MessageOverTheServersLimitIsItsRefusalAndTheConnectionIsKept) {
  GrpcServer::Options server_options;
  server_options.max_receive_bytes = 100'000;
  GrpcServer server(server_options);
  TestClient client(server.port());
  for (const size_t size : {size_t{133'000}, size_t{26} << 20}) {
    const Outcome outcome = client.echo(std::string(size, 'x'));
    EXPECT_EQ(outcome.status.code(), Code::resource_exhausted) << outcome.status.to_string();
    EXPECT_FALSE(outcome.by_transport);
  }
  EXPECT_TRUE(client.echo().status.ok());
}

TEST(Grpc, AnswerOverOurLimitIsRefusedAndTheConnectionKept) {
  GrpcServer server;
  Http2Options options = quick(local(server.port()));
  options.max_response_bytes = 1000;
  TestClient client(options);
  EXPECT_EQ(client.echo(std::string(1001, 'x')).status.code(), Code::resource_exhausted);
  EXPECT_EQ(client.transport().state(), ConnectionState::ready);
  EXPECT_TRUE(client.echo(std::string(1000, 'x')).status.ok());
}

TEST(Grpc, CompressedAnswersAndRequestsAreUnderstood) {
  GrpcServer server;
  TestClient client(server.port());
  const std::string text(100'000, 'z');
  EXPECT_EQ(client.call("/test/Zip", text).response, text);
  auto zipped = gzip_message(*testing::framed(text));
  ASSERT_TRUE(zipped.ok());
  std::promise<Outcome> done;
  client.transport().start(
      {"/test/Echo", std::make_shared<const std::string>(std::move(*zipped)), in(long_time)},
      [&](Outcome outcome) { done.set_value(std::move(outcome)); });
  EXPECT_EQ(done.get_future().get().response, text);
}

TEST(Grpc, StreamGivesAllRowsThenItsEnd) {
  GrpcServer server;
  TestClient client(server.port());
  const auto [none, none_end] = read_all(*client.open("/test/Rows", "0 0 0"));
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none_end.ok());
  const auto [rows, end] = read_all(*client.open("/test/Rows", "1000 10000 0"));
  EXPECT_EQ(rows.size(), 1000U);
  EXPECT_TRUE(end.ok()) << end.to_string();
}

TEST(Grpc, StreamThatFailsGivesItsRowsFirst) {
  GrpcServer server;
  TestClient client(server.port());
  const auto [rows, end] = read_all(*client.open("/test/Rows", "20 10 10"));
  EXPECT_EQ(rows.size(), 20U);
  EXPECT_EQ(end.code(), Code::aborted);
  EXPECT_EQ(end.message(), "after the rows");
}

TEST(Grpc, NextGivesUpAndTheStreamGoesOn) {
  GrpcServer server;
  TestClient client(server.port());
  const auto stream = client.open("/test/Hang", "");
  std::string row;
  EXPECT_EQ(stream->next(row, in(milliseconds(10))).status().code(), Code::deadline_exceeded);
  server.wait_for_hanging(1);
  stream->cancel();
  EXPECT_EQ(stream->next(row, in(long_time)).status().code(), Code::cancelled);
  server.wait_for_cancelled(1);
}

TEST(Grpc, DroppedStreamIsCancelledAtTheServer) {
  GrpcServer server;
  TestClient client(server.port());
  client.open("/test/Hang", "");
  auto second = client.open("/test/Hang", "");
  server.wait_for_hanging(1);
  second.reset();
  EXPECT_TRUE(client.echo().status.ok());
}

TEST(Grpc, RowLargerThanTheWindowArrives) {
  GrpcServer server;
  Http2Options options = quick(local(server.port()));
  options.stream_window = 65'535;
  TestClient client(options);
  const auto [rows, end] = read_all(*client.open("/test/Rows", "5 1000000 0"));
  EXPECT_EQ(rows.size(), 5U);
  EXPECT_TRUE(end.ok());
}

TEST(Grpc, SlowReaderHoldsItsOwnStreamOnly) {
  GrpcServer server;
  Http2Options options = quick(local(server.port()));
  options.stream_window = 65'535;
  TestClient client(options);
  const auto slow = client.open("/test/Rows", "2000 10000 0");
  std::string row;
  ASSERT_TRUE(slow->next(row, in(long_time)).ok());
  // 20 MB wait at the server. Without a window for each stream this answer would stand behind them.
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(client.echo(std::string(10'000, 'x')).status.ok());
  // Nor do they wait here: the window and what gRPC holds itself are all that was written.
  EXPECT_LT(server.rows_written(), 100);
  size_t rows = 1;
  for (auto more = slow->next(row, in(long_time)); more.ok() && *more;
       more = slow->next(row, in(long_time))) {
    ++rows;
  }
  EXPECT_EQ(rows, 2000U);
}

TEST(Grpc, LargeAnswerOverALongLineIsWhole) {
  GrpcServer server;
  Proxy proxy(server.port(), milliseconds(10));
  TestClient client(proxy.port());
  const auto [rows, end] = read_all(*client.open("/test/Rows", "300 10000 0"));
  EXPECT_EQ(rows.size(), 300U);
  EXPECT_TRUE(end.ok());
}

TEST(Grpc, ConnectionAgeOfTheServerFailsNoCall) {
  GrpcServer::Options server_options;
  server_options.max_connection_age_ms = 50;
  GrpcServer server(server_options);
  TestClient client(server.port());
  const TimePoint end = in(milliseconds(1000));
  int calls = 0;
  while (std::chrono::steady_clock::now() < end) {
    std::vector<std::future<Outcome>> some;
    for (int i = 0; i < 4; ++i) some.push_back(client.start("/test/Echo", "x"));
    for (auto& call : some) {
      const Outcome outcome = call.get();
      ASSERT_TRUE(outcome.status.ok()) << calls << ": " << outcome.status.to_string();
      ++calls;
    }
  }
  EXPECT_GT(calls, 100);
}

TEST(Grpc, PingsThatTheServerDoesNotWantEndTheConnectionWithItsReason) {
  GrpcServer server;
  Http2Options options = quick(local(server.port()));
  options.keepalive_interval = milliseconds(5);
  TestClient client(options);
  const Outcome outcome = client.call("/test/Hang", "");
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  // The server's last word is a status or a GOAWAY, whichever we read first.
  EXPECT_THAT(outcome.status.message(),
              AnyOf(HasSubstr("Too many pings"), HasSubstr("ENHANCE_YOUR_CALM")));
  EXPECT_TRUE(client.echo().status.ok());
}

TEST(Grpc, RestartedServerIsFoundAgain) {
  auto server = std::make_unique<GrpcServer>();
  GrpcServer::Options same;
  same.port = server->port();
  TestClient client(server->port());
  EXPECT_TRUE(client.echo().status.ok());
  server.reset();
  EXPECT_EQ(client.echo().status.code(), Code::unavailable);
  server = std::make_unique<GrpcServer>(same);
  EXPECT_TRUE(client.echo().status.ok());
}

// What the sender does: the same bytes again until they are acknowledged.
TEST(Grpc, DroppedConnectionsLoseNothingThatIsSentAgain) {
  constexpr uint64_t batches = 2000;
  GrpcServer server;
  Proxy proxy(server.port());
  proxy.break_after(20'000);
  TestClient client(proxy.port());
  std::vector<std::thread> senders;
  for (int s = 0; s < 2; ++s) {
    senders.emplace_back([&, s] {
      for (uint64_t i = 0; i < batches / 2; ++i) {
        const auto body = testing::framed("p" + std::to_string(s) + " " + std::to_string(i));
        Outcome outcome;
        do {
          std::promise<Outcome> done;
          client.transport().start({"/test/Apply", body, in(long_time)},
                                   [&](Outcome o) { done.set_value(std::move(o)); });
          outcome = done.get_future().get();
          EXPECT_TRUE(outcome.status.ok() || outcome.status.code() == Code::unavailable);
        } while (!outcome.status.ok());
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(server.applied().size(), batches);
  EXPECT_GT(proxy.broken(), 3);
}

}  // namespace
}  // namespace clogs::send
