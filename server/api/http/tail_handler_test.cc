#include "server/api/http/tail_handler.h"

#include <thread>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TailTest : public HttpTest {
 protected:
  Client follow(const std::string& target) {
    Client client = connect();
    client.send("GET " + target + " HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_TRUE(client.wait_for(": following\n\n"));
    return client;
  }
};

TEST_F(TailTest, RecordsComeAsEvents) {
  Client client = follow("/tail");
  EXPECT_THAT(client.unread(), HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_EQ(script.push("{:message \"a\\nb\"}"), 1u);
  EXPECT_TRUE(client.wait_for("id: 1\ndata: {\"message\":\"a\\nb\"}\n\n"));
  EXPECT_EQ(script.push("{:message \"c\"}"), 1u);
  EXPECT_TRUE(client.wait_for("id: 2\ndata: {\"message\":\"c\"}\n\n"));
}

TEST_F(TailTest, RecordsMayBeEdn) {
  Client client = follow("/tail?format=edn&q=%7B%7D");
  script.push("{:level :info}");
  EXPECT_TRUE(client.wait_for("id: 1\ndata: {:level :info}\n\n"));
}

TEST_F(TailTest, QuietTailsAreKeptWarm) {
  options.timeouts.heartbeat = std::chrono::milliseconds(20);
  Client client = follow("/tail");
  EXPECT_TRUE(client.wait_for(": still here\n\n"));
}

TEST_F(TailTest, BadQueriesAre400) {
  EXPECT_EQ(connect().get("/tail?q=%7B:bad%20true%7D").status, 400u);
  EXPECT_EQ(connect().get("/tail?q=%").status, 400u);
}

TEST_F(TailTest, ALeavingReaderEndsItsTail) {
  {
    Client client = follow("/tail");
    script.wait_tails(1);
  }
  script.wait_tails(0);
}

TEST_F(TailTest, ASlowReaderIsToldWhatItMissed) {
  options.limits.tail_buffer_bytes = 1 << 16;
  Client client = connect();
  // Above the loopback's segment size: below it the window opens again only by the sender's probes,
  // whose distance doubles up to two minutes.
  client.set_receive_buffer(1 << 18);
  client.send("GET /tail HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_TRUE(client.wait_for(": following\n\n"));
  const std::string row = "{:message \"" + std::string(30'000, 'x') + "\"}";
  // The kernel's buffers and the server's fill up; then rows are dropped.
  while (script.push(row) == 1) {
  }
  script.push(row);
  std::thread reader([&] { EXPECT_TRUE(client.wait_for("event: dropped\ndata: {\"dropped\":")); });
  while (script.push("{:message \"after\"}") == 0) std::this_thread::yield();
  reader.join();
  EXPECT_TRUE(client.wait_for("after"));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("outcome=\"dropped\",transport=\"http\"} 0\n")));
}

TEST_F(TailTest, DrainEndsTailsInGoodOrder) {
  Client client = follow("/tail");
  EXPECT_TRUE(server().drain(std::chrono::steady_clock::now() + std::chrono::seconds(20)));
  const Response response = client.receive();
  EXPECT_TRUE(response.whole);
  EXPECT_EQ(response.status, 200u);
}

}  // namespace
}  // namespace clogs::api::testing
