// The process forks while the client works: the parent goes on as if nothing had happened, the
// child has a client that is empty and works. Rounds by the thousand are bench/'s matter.
#include "core/send/fork.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "core/send/testing/client.h"
#include "core/send/testing/frame_peer.h"
#include "core/send/testing/in_child.h"

namespace clogs::send {
namespace {

using testing::FramePeer;
using testing::in;
using testing::in_child;
using testing::local;
using testing::long_time;
using testing::PeerConnection;
using testing::quick;
using testing::TestClient;

void echo_server(PeerConnection& peer) {
  peer.open();
  std::string body;
  while (const int32_t stream = peer.read_request(&body)) peer.answer(stream, body);
}

TEST(Fork, ChildCallsAndTheParentGoesOn) {
  FramePeer peer(echo_server);
  TestClient client(peer.port());
  ASSERT_EQ(client.echo("before").response, "before");
  EXPECT_TRUE(in_child([&] { return client.echo("child").response == "child"; }));
  EXPECT_EQ(client.echo("after").response, "after");
  // The child used a connection of its own, and its end did not touch the parent's.
  EXPECT_EQ(peer.connections(), 2);
}

TEST(Fork, ForkBeforeTheFirstCall) {
  FramePeer peer(echo_server);
  TestClient client(peer.port());
  EXPECT_TRUE(in_child([&] { return client.echo("child").response == "child"; }));
  EXPECT_EQ(client.echo("parent").response, "parent");
}

TEST(Fork, CallsInFlightBelongToTheParent) {
  std::promise<void> asked;
  std::promise<void> go_on;
  FramePeer peer([&](PeerConnection& c) {
    c.open();
    const int32_t stream = c.read_request();
    if (c.number() == 0) {
      asked.set_value();
      go_on.get_future().wait();
    }
    c.answer(stream, "answer");
    c.read_to_end();
  });
  TestClient client(peer.port());
  auto pending = client.start("/test/Echo", "x");
  asked.get_future().wait();
  EXPECT_TRUE(in_child([&] {
    const bool works = client.echo().response == "answer";
    // Nobody answers the parent's call here, nor destroys what it would be answered with.
    return works && pending.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
  }));
  go_on.set_value();
  EXPECT_EQ(pending.get().response, "answer");
}

TEST(Fork, StreamOfTheParentEndsInTheChildAlone) {
  std::promise<void> go_on;
  FramePeer peer([&](PeerConnection& c) {
    c.open();
    const int32_t stream = c.read_request();
    c.begin_answer(stream);
    go_on.get_future().wait();
    c.data(stream, std::string("\0\0\0\0\3row", 8));
    c.trailers(stream, {{"grpc-status", "0"}});
    c.read_to_end();
  });
  TestClient client(peer.port());
  const auto rows = client.open("/test/Rows", "");
  std::string row;
  EXPECT_TRUE(in_child(
      [&] { return rows->next(row, in(long_time)).status().code() == Code::unavailable; }));
  go_on.set_value();
  EXPECT_TRUE(rows->next(row, in(long_time)).ok());
  EXPECT_EQ(row, "row");
}

TEST(Fork, ChildOfAChildCallsAsWell) {
  FramePeer peer(echo_server);
  TestClient client(peer.port());
  EXPECT_TRUE(client.echo().status.ok());
  EXPECT_TRUE(in_child([&] {
    return client.echo("1").response == "1" &&
           in_child([&] { return client.echo("2").response == "2"; }) &&
           client.echo("3").response == "3";
  }));
}

TEST(Fork, ManyForksWhileThreadsCall) {
  FramePeer peer(echo_server);
  TestClient client(peer.port());
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 2; ++t) {
    callers.emplace_back([&] {
      while (!stop) {
        std::promise<Outcome> done;
        client.transport().start({"/test/Echo", testing::framed("x"), in(long_time)},
                                 [&](Outcome outcome) { done.set_value(std::move(outcome)); });
        failures += done.get_future().get().response == "x" ? 0 : 1;
      }
    });
  }
  for (int round = 0; round < 20; ++round) {
    EXPECT_TRUE(in_child([&] { return client.echo("c").response == "c"; })) << round;
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(failures, 0);
}

TEST(Fork, WhileANameIsResolved) {
  FramePeer peer(echo_server);
  std::promise<void> entered;
  std::promise<void> answer;
  auto answered = answer.get_future().share();
  auto first = std::make_shared<std::atomic<bool>>(true);
  Http2Options options = quick("slow.example:" + std::to_string(peer.port()));
  options.lookup = [&entered, answered, first](const std::string&, uint16_t port) {
    if (first->exchange(false)) {
      entered.set_value();
      answered.wait();
    }
    return Result<std::vector<Address>>(known_addresses("127.0.0.1", port));
  };
  TestClient client(options);
  auto pending = client.start("/test/Echo", "parent");
  entered.get_future().wait();
  EXPECT_TRUE(in_child([&] { return client.echo("child").response == "child"; }));
  answer.set_value();
  EXPECT_EQ(pending.get().response, "parent");
}

TEST(Fork, TransportCanBeClosedInTheChild) {
  FramePeer peer(echo_server);
  auto client = std::make_unique<TestClient>(peer.port());
  EXPECT_TRUE(client->echo().status.ok());
  EXPECT_TRUE(in_child([&] {
    client.reset();
    return true;
  }));
  EXPECT_TRUE(client->echo().status.ok());
}

class Recorder : public ForkParticipant {
 public:
  Recorder(std::string& log, char name) : log_(log), name_(name) {}
  void lock_for_fork() noexcept override { log_ += name_; }
  void unlock_after_fork() noexcept override { log_ += name_; }
  void reset_in_child() noexcept override { log_ += static_cast<char>(name_ - 'a' + 'A'); }

 private:
  std::string& log_;
  char name_;
};

TEST(Fork, LocksAreTakenByRankAndReleasedInReverse) {
  std::string log;
  Recorder queue(log, 'q');
  Recorder client(log, 'c');
  Recorder loop(log, 'l');
  Recorder transport(log, 't');
  const ForkRegistration registrations[] = {{&queue, ForkRank::queue},
                                            {&client, ForkRank::client},
                                            {&loop, ForkRank::loop},
                                            {&transport, ForkRank::transport}};
  EXPECT_TRUE(in_child([&] { return log == "ctlqQLTC"; }));
  EXPECT_EQ(log, "ctlqqltc");
}

}  // namespace
}  // namespace clogs::send
