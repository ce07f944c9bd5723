// Forks under load against a gRPC server: each batch of parent and children is applied, none is
// lost.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/send/testing/client.h"
#include "core/send/testing/in_child.h"
#include "core/send/testing/server_process.h"
#include "server/api/grpc/testing/certificates.h"

namespace clogs::send {
namespace {

using testing::child_succeeds;
using testing::in;
using testing::long_time;
using testing::quick;
using testing::ServerProcess;
using testing::start_child;
using testing::TestClient;

constexpr int rounds = 10;
constexpr int children_a_round = 4;
constexpr int batches_a_child = 5;

Outcome apply(Transport& transport, const std::string& producer, int sequence) {
  std::promise<Outcome> done;
  transport.start(
      {"/test/Apply", testing::framed(producer + " " + std::to_string(sequence)), in(long_time)},
      [&](Outcome outcome) { done.set_value(std::move(outcome)); });
  return done.get_future().get();
}

bool apply_some(Transport& transport, const std::string& producer) {
  for (int i = 0; i < batches_a_child; ++i) {
    if (!apply(transport, producer, i).status.ok()) return false;
  }
  return true;
}

// Two threads of the parent send without a pause while children are forked that send as well.
void fork_under_load(Http2Options options) {
  TestClient client(std::move(options));
  std::atomic<bool> stop{false};
  std::atomic<int> sent{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> senders;
  for (const std::string producer : {"parent-1", "parent-2"}) {
    senders.emplace_back([&, producer] {
      for (int i = 0; !stop; ++i) {
        const Outcome outcome = apply(client.transport(), producer, i);
        ++(outcome.status.ok() ? sent : failed);
      }
    });
  }
  for (int round = 0; round < rounds; ++round) {
    std::vector<pid_t> children;
    for (int i = 0; i < children_a_round; ++i) {
      const std::string producer = "child-" + std::to_string(round * children_a_round + i);
      children.push_back(
          start_child([&, producer] { return apply_some(client.transport(), producer); }));
    }
    for (const pid_t child : children) EXPECT_TRUE(child_succeeds(child)) << round;
  }
  stop = true;
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(failed, 0);
  const std::string all = std::to_string(sent + rounds * children_a_round * batches_a_child);
  EXPECT_EQ(client.call("/test/Applied", "").response, all + " " + all);
}

TEST(ForkUnderLoad, LosesAndDoublesNothing) {
  ServerProcess server;
  fork_under_load(quick("127.0.0.1:" + std::to_string(server.port())));
}

TEST(ForkUnderLoad, LosesAndDoublesNothingOverTls) {
  api::testing::Authority authority;
  api::testing::TempDir folder;
  const api::testing::Pem pem = authority.issue();
  ServerProcess server(pem.certificate, pem.key);
  Http2Options options = quick("https://127.0.0.1:" + std::to_string(server.port()));
  options.tls.ca_file = folder.write("ca.pem", authority.certificate());
  fork_under_load(std::move(options));
}

}  // namespace
}  // namespace clogs::send
