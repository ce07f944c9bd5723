#include "server/api/http/connection.h"

#include <thread>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const std::string one_post =
    "POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
    "Content-Length: 15\r\n\r\n{\"message\":\"a\"}";

class ConnectionTest : public HttpTest {};

TEST_F(ConnectionTest, PipelinedRequestsAreAnsweredInOrder) {
  Client client = connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += one_post + "GET /nowhere HTTP/1.1\r\nHost: t\r\n\r\n";
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.receive().status, 201u);
    EXPECT_EQ(client.receive().status, 404u);
  }
  EXPECT_EQ(sink.batches().size(), 50u);
}

TEST_F(ConnectionTest, PipelinedRequestsOfAHalfClosedClientAreAllAnswered) {
  sink.hold();
  Client client = connect();
  ASSERT_TRUE(client.send(one_post + one_post + one_post));
  client.end_sending();
  for (int i = 0; i < 3; ++i) {
    while (!sink.release_one()) std::this_thread::yield();
    EXPECT_EQ(client.receive().status, 201u);
  }
  EXPECT_TRUE(client.ended());
}

TEST_F(ConnectionTest, ARequestMayComeByteByByte) {
  Client client = connect();
  for (const char c : one_post) ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.receive().status, 201u);
}

TEST_F(ConnectionTest, ChunkedBodiesAreTaken) {
  Client client = connect();
  ASSERT_TRUE(client.send(
      "POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n5;ext=1\r\n{\"mes\r\na\r\nsage\":\"a\"}\r\n0\r\n"
      "Clogs-Stream: late\r\n\r\n"));
  EXPECT_EQ(client.receive().status, 201u);
  ASSERT_EQ(sink.batches().size(), 1u);
  // A trailer cannot change what the header said.
  EXPECT_EQ(sink.batches()[0].stream, "logs");
  ASSERT_TRUE(client.send(one_post));
  EXPECT_EQ(client.receive().status, 201u);
}

TEST_F(ConnectionTest, ExpectContinueIsAnsweredBeforeTheBody) {
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                  "Expect: 100-continue\r\nContent-Length: 15\r\n\r\n"));
  ASSERT_TRUE(client.wait_for("HTTP/1.1 100 Continue\r\n\r\n"));
  ASSERT_TRUE(client.send("{\"message\":\"a\"}"));
  EXPECT_EQ(client.receive().status, 201u);
  EXPECT_EQ(client.interim_responses(), 1u);
}

TEST_F(ConnectionTest, ExpectContinueIsRefusedWithoutReadingTheBody) {
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: text/plain\r\n"
                  "Expect: 100-continue\r\nContent-Length: 15\r\n\r\n"));
  EXPECT_EQ(client.receive().status, 400u);
  EXPECT_EQ(client.interim_responses(), 0u);
  EXPECT_TRUE(client.ended());
}

TEST_F(ConnectionTest, UnknownExpectationsAre417) {
  EXPECT_EQ(connect().get("/health", "Expect: the-unexpected\r\n").status, 417u);
}

TEST_F(ConnectionTest, RefusedRequestsWithAShortBodyKeepTheConnection) {
  Client client = connect();
  EXPECT_EQ(client.post("/nowhere", "application/json", "{\"message\":\"a\"}").status, 404u);
  EXPECT_EQ(client.post("/logs", "text/plain", "{\"message\":\"a\"}").status, 400u);
  EXPECT_EQ(client.post("/logs", "application/json", "{\"message\":\"a\"}").status, 201u);
}

TEST_F(ConnectionTest, BodiesOfGetRequestsAreIgnored) {
  Client client = connect();
  EXPECT_EQ(client.get("/health", "Content-Length: 3\r\n\r\nabc").status, 200u);
  EXPECT_EQ(client.get("/health").status, 200u);
}

TEST_F(ConnectionTest, HugeHeadersAre431) {
  Client client = connect();
  client.send("GET /health HTTP/1.1\r\nHost: t\r\nX-Big: " + std::string(40'000, 'x') + "\r\n\r\n");
  const Response response = client.receive();
  EXPECT_EQ(response.status, 431u);
  EXPECT_THAT(response.body, HasSubstr("\"limit\":32768"));
  EXPECT_TRUE(client.ended());
  Client target = connect();
  target.send("GET /" + std::string(1 << 20, 'a'));
  EXPECT_EQ(target.receive().status, 431u);
}

TEST_F(ConnectionTest, GarbageIs400) {
  for (const char* bytes :
       {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "GET\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: t\r\n\r\n", "GET / HTTP/1.1\r\nBad Field: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "POST /logs HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n",
        "POST /logs HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /logs HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"}) {
    Client client = connect();
    ASSERT_TRUE(client.send({bytes, std::string_view(bytes).size()}));
    EXPECT_EQ(client.receive().status, 400u) << bytes;
  }
  Client chunks = connect();
  ASSERT_TRUE(
      chunks.send("POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\nzz\r\n"));
  EXPECT_EQ(chunks.receive().status, 400u);
}

TEST_F(ConnectionTest, ARequestCutShortIs400) {
  Client within_body = connect();
  ASSERT_TRUE(within_body.send(one_post.substr(0, one_post.size() - 3)));
  within_body.end_sending();
  EXPECT_EQ(within_body.receive().status, 400u);
  Client within_header = connect();
  ASSERT_TRUE(within_header.send("GET /health HT"));
  within_header.end_sending();
  EXPECT_EQ(within_header.receive().status, 400u);
  EXPECT_TRUE(sink.batches().empty());
}

TEST_F(ConnectionTest, SlowHeadersAndBodiesAre408) {
  options.timeouts.header = milliseconds(60);
  options.timeouts.body = milliseconds(60);
  Client header = connect();
  ASSERT_TRUE(header.send("GET /health HTTP/1.1\r\nHo"));
  Client body = connect();
  ASSERT_TRUE(body.send(one_post.substr(0, one_post.size() - 1)));
  EXPECT_EQ(header.receive().status, 408u);
  EXPECT_EQ(body.receive().status, 408u);
  EXPECT_TRUE(header.ended());
  EXPECT_TRUE(sink.batches().empty());
}

TEST_F(ConnectionTest, IdleConnectionsAreClosedWithoutAWord) {
  options.timeouts.idle = milliseconds(60);
  Client silent = connect();
  Client used = connect();
  EXPECT_EQ(used.get("/health").status, 200u);
  EXPECT_TRUE(silent.ended());
  EXPECT_TRUE(used.ended());
}

TEST_F(ConnectionTest, ConnectionCloseAndHttp10EndTheConnection) {
  Client closing = connect();
  const Response response = closing.get("/health", "Connection: close\r\n");
  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_TRUE(closing.ended());
  Client old = connect();
  ASSERT_TRUE(old.send("GET /health HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(old.receive().status, 200u);
  EXPECT_TRUE(old.ended());
  Client kept = connect();
  ASSERT_TRUE(kept.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_EQ(kept.receive().field("connection"), "keep-alive");
  EXPECT_EQ(kept.get("/health").status, 200u);
}

TEST_F(ConnectionTest, TooManyConnectionsAre503) {
  options.limits.connections = 1;
  Client first = connect();
  EXPECT_EQ(first.get("/health").status, 200u);
  Client second = connect();
  const Response response = second.receive();
  EXPECT_EQ(response.status, 503u);
  EXPECT_TRUE(response.whole);
  EXPECT_EQ(response.body.back(), '\n');
  EXPECT_EQ(response.field("retry-after"), "1");
}

TEST_F(ConnectionTest, ATakenPortIsAClearFailure) {
  HttpOptions second;
  second.port = server().port();
  Services services;
  const auto started = HttpServer::start(second, services);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.status().code(), Code::unavailable);
  EXPECT_THAT(started.status().message(), HasSubstr("Address already in use"));
  second.address = "no-such-host.invalid";
  EXPECT_EQ(HttpServer::start(second, services).status().code(), Code::unavailable);
}

TEST_F(ConnectionTest, DrainAnswersWhatRunsAndEndsTheRest) {
  options.threads = 1;  // so that both connections hear of it at once
  sink.hold();
  Client idle = connect();
  EXPECT_EQ(idle.get("/health").status, 200u);
  Client busy = connect();
  ASSERT_TRUE(busy.send(one_post));
  while (sink.batches().empty()) std::this_thread::yield();
  std::thread drainer([this] {
    EXPECT_TRUE(server().drain(std::chrono::steady_clock::now() + std::chrono::seconds(20)));
  });
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(sink.release_one());
  const Response response = busy.receive();
  EXPECT_EQ(response.status, 201u);
  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_TRUE(busy.ended());
  drainer.join();
}

TEST_F(ConnectionTest, TheServerEndsWhileRequestsRun) {
  sink.hold();
  Client client = connect();
  ASSERT_TRUE(client.send(one_post));
  while (sink.batches().empty()) std::this_thread::yield();
  EXPECT_FALSE(server().drain(std::chrono::steady_clock::now()));
  stop();
  EXPECT_EQ(client.receive().status, 0u);
  // The acknowledgement that comes too late finds nobody.
  EXPECT_TRUE(sink.release_one());
}

}  // namespace
}  // namespace clogs::api::testing
