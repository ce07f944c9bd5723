// Getting a connection, and what calls hear when there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/send/testing/client.h"
#include "core/send/testing/frame_peer.h"

namespace clogs::send {
namespace {

using std::chrono::milliseconds;
using testing::FramePeer;
using ::testing::HasSubstr;
using testing::local;
using testing::PeerConnection;
using testing::quick;
using testing::TestClient;

void echo_server(PeerConnection& peer) {
  peer.open();
  std::string body;
  while (const int32_t stream = peer.read_request(&body)) peer.answer(stream, body);
}

TEST(Connect, RefusedIsUnavailableAtOnceAndUnprocessed) {
  const testing::DeadPort dead;
  TestClient client(dead.port());
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("refused"));
  EXPECT_TRUE(outcome.unprocessed);
  EXPECT_TRUE(outcome.by_transport);
  EXPECT_EQ(client.transport().state(), ConnectionState::failing);
}

TEST(Connect, NothingIsOpenedBeforeTheFirstCall) {
  FramePeer peer(echo_server);
  TestClient client(peer.port());
  EXPECT_EQ(client.transport().state(), ConnectionState::idle);
  EXPECT_EQ(client.loop().turns(), 0U);
  EXPECT_TRUE(client.echo().status.ok());
  EXPECT_EQ(client.transport().state(), ConnectionState::ready);
  EXPECT_EQ(client.transport().endpoint(), local(peer.port()));
}

TEST(Connect, UnknownNameIsUnavailable) {
  Http2Options options = quick("no-such-host.invalid:1");
  options.lookup = [](const std::string& host, uint16_t) {
    return Result<std::vector<Address>>(unavailable("Cannot resolve '" + host + "'"));
  };
  TestClient client(options);
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("Cannot resolve 'no-such-host.invalid'"));
}

TEST(Connect, SystemResolverFailsWithoutBlockingCalls) {
  TestClient client(quick("no-such-host.invalid:1"));
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), HasSubstr("no-such-host.invalid"));
}

TEST(Connect, SlowNameServerIsGivenUpAndCanBeClosed) {
  std::promise<void> answer;
  std::shared_future<void> answered = answer.get_future().share();
  Http2Options options = quick("slow.example:1");
  options.connect_timeout = milliseconds(50);
  options.lookup = [answered](const std::string&, uint16_t) {
    answered.wait();
    return Result<std::vector<Address>>(unavailable("too late"));
  };
  {
    TestClient client(options);
    EXPECT_THAT(client.echo().status.message(), HasSubstr("not resolved within 50 ms"));
    client.start("/test/Echo", "x");
  }
  answer.set_value();
}

TEST(Connect, DeadAddressIsPassedOverForTheNextOne) {
  FramePeer peer(echo_server);
  Http2Options options = quick("two.example:" + std::to_string(peer.port()));
  options.lookup = [](const std::string&, uint16_t port) {
    // Nobody listens on 127.0.0.2's port.
    std::vector<Address> out = known_addresses("127.0.0.2", port);
    out.push_back(known_addresses("127.0.0.1", port)[0]);
    return Result<std::vector<Address>>(out);
  };
  TestClient client(options);
  EXPECT_EQ(client.echo("x").response, "x");
}

TEST(Connect, SilentAddressIsOvertakenByTheNextOne) {
  // Linux lets one connection more wait than the backlog says; the next one is never answered.
  testing::Listener full(0);
  const int filler = testing::connect_to(full.port());
  FramePeer peer(echo_server);
  Http2Options options = quick("two.example:1");
  options.lookup = [&](const std::string&, uint16_t) {
    std::vector<Address> out = known_addresses("127.0.0.1", static_cast<uint16_t>(full.port()));
    out.push_back(known_addresses("127.0.0.1", static_cast<uint16_t>(peer.port()))[0]);
    return Result<std::vector<Address>>(out);
  };
  TestClient client(options);
  EXPECT_EQ(client.echo("x").response, "x");
  ::close(filler);
}

TEST(Connect, TwoSilentWaysEndAtTheLimit) {
  FramePeer peer([](PeerConnection& c) { c.read_to_end(); });
  Http2Options options = quick("https://" + local(peer.port()));
  options.connect_timeout = milliseconds(50);
  TestClient client(options);
  EXPECT_THAT(client.echo().status.message(), HasSubstr("no handshake within 50 ms"));
}

TEST(Connect, DeadlineInTheBackoffNamesTheLastProblem) {
  const testing::DeadPort dead;
  Http2Options options = quick(local(dead.port()));
  options.backoff = {std::chrono::hours(1), std::chrono::hours(1), 1, 0};
  TestClient client(options);
  EXPECT_EQ(client.echo().status.code(), Code::unavailable);
  const Outcome late = client.call("/test/Echo", "x", milliseconds(50));
  EXPECT_EQ(late.status.code(), Code::deadline_exceeded);
  EXPECT_THAT(late.status.message(), HasSubstr("refused"));
  EXPECT_TRUE(late.unprocessed);
}

TEST(Connect, CallAfterTheBackoffConnects) {
  Http2Options options = quick("h.example:1");
  const testing::DeadPort dead;
  auto port = std::make_shared<std::atomic<int>>(dead.port());
  options.lookup = [port](const std::string&, uint16_t) {
    return Result<std::vector<Address>>(
        known_addresses("127.0.0.1", static_cast<uint16_t>(port->load())));
  };
  TestClient client(options);
  EXPECT_EQ(client.echo().status.code(), Code::unavailable);
  FramePeer peer(echo_server);
  *port = peer.port();
  EXPECT_EQ(client.echo("up").response, "up");
  EXPECT_EQ(client.transport().state(), ConnectionState::ready);
}

TEST(Connect, WrongOptionsFailEachCallWithTheReason) {
  TestClient bad_endpoint(quick("h:0"));
  EXPECT_THAT(bad_endpoint.echo().status.message(), HasSubstr("no valid port"));
  Http2Options options = quick("localhost:1");
  options.metadata = {{"Upper", "x"}};
  TestClient bad_header(options);
  EXPECT_THAT(bad_header.echo().status.message(), HasSubstr("'Upper'"));
  options.metadata = {{"grpc-timeout", "1S"}};
  TestClient reserved(options);
  EXPECT_EQ(reserved.echo().status.code(), Code::unavailable);
}

TEST(Connect, Ipv6AndLocalhostWork) {
  FramePeer peer(echo_server);
  TestClient client(quick("localhost:" + std::to_string(peer.port())));
  EXPECT_EQ(client.echo("x").response, "x");
}

TEST(Connect, ClosingWithOpenCallsCallsNobody) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    c.read_to_end();
  });
  bool called = false;
  {
    ThreadLoop loop;
    const auto transport = make_http2_transport(loop, quick(local(peer.port())));
    transport->start({"/test/Echo", testing::framed("x"), TimePoint::max()},
                     [&](Outcome) { called = true; });
  }
  EXPECT_FALSE(called);
}

TEST(Connect, IdleTransportDoesNotWakeUp) {
  FramePeer peer(echo_server);
  TestClient client(peer.port());
  ASSERT_TRUE(client.echo().status.ok());
  // The window updates and the acknowledged SETTINGS of the first call may still come.
  uint64_t before = 0;
  const testing::DeadPort dead;
  TestClient clock(dead.port());
  do {
    before = client.loop().turns();
    clock.call("/test/Echo", "", milliseconds(100));
  } while (client.loop().turns() != before);
  for (int i = 0; i < 5; ++i) clock.echo();
  EXPECT_EQ(client.loop().turns(), before);
}

}  // namespace
}  // namespace clogs::send
