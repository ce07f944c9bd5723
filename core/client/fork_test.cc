// A client in a process that forks while its thread runs.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clogs/client.h"
#include "clogs/testing.h"

namespace clogs {
namespace {

using ::testing::HasSubstr;
using testing::TestServer;

constexpr std::chrono::seconds long_enough{60};

Options quiet() {
  Options options;
  options.diagnostics = Diagnostics::off;
  options.retry_initial = std::chrono::milliseconds(1);
  options.retry_max = std::chrono::milliseconds(2);
  return options;
}

TEST(Client, AForkedChildSendsItsOwnRecordsAndTheParentItsOwn) {
  TestServer server;
  Client client = server.client(quiet());
  server.behave({.hang = true});
  client.info("of the parent").log();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // The test server's memory was copied with the rest.
    server.behave({});
    client.info("of the child").log();
    const bool delivered = client.flush(long_enough).delivered;
    const auto records = server.records_json();
    const bool good = delivered && records.size() == 1 &&
                      records[0].find("of the child") != std::string::npos &&
                      records[0].find(std::to_string(getpid())) != std::string::npos &&
                      client.stats().submitted == 1;
    _exit(good ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  server.behave({});
  EXPECT_TRUE(client.flush(long_enough).delivered);
  ASSERT_EQ(server.count(), 1u);
  EXPECT_THAT(server.records_json()[0], HasSubstr("of the parent"));
}

}  // namespace
}  // namespace clogs
