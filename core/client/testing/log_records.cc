// A process that logs as it is told on standard input, for tests against a real server. The client
// is made from CLOGS_* variables. Commands, one a line:
//   log FIRST COUNT   logs records with :n FIRST, FIRST+1, ...; answers "logged"
//   fork FIRST COUNT  the same in a child, which flushes and closes; answers "child STATUS"
// At the end of the input it waits for delivery, closes, and prints its counts as a JSON object.
// Exit code: 0 where everything was delivered.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "clogs/client.h"

namespace {

constexpr std::chrono::seconds delivery_timeout{90};

void log_records(const clogs::Client& client, uint64_t first, uint64_t count) {
  for (uint64_t n = first; n < first + count; ++n) {
    client.info("tick").with("n", n).with("half", 0.5 * static_cast<double>(n)).log();
  }
}

// Where everything is delivered.
bool deliver(const clogs::Client& client) {
  const bool flushed = client.flush(delivery_timeout).delivered;
  return client.close().delivered && flushed;
}

int log_in_child(const clogs::Client& client, uint64_t first, uint64_t count) {
  const pid_t child = fork();
  if (child == 0) {
    log_records(client, first, count);
    _exit(deliver(client) ? 0 : 1);
  }
  int status = -1;
  if (child < 0 || waitpid(child, &status, 0) != child) return -1;
  return status;
}

}  // namespace

int main() {
  const clogs::Client client;
  for (const std::string& warning : client.warnings()) std::cerr << warning << '\n';
  std::string command;
  uint64_t first = 0;
  uint64_t count = 0;
  while (std::cin >> command >> first >> count) {
    if (command == "log") {
      log_records(client, first, count);
      std::cout << "logged" << std::endl;
    } else if (command == "fork") {
      std::cout << "child " << log_in_child(client, first, count) << std::endl;
    } else {
      std::cerr << "unknown command " << command << '\n';
      return 2;
    }
  }
  const bool delivered = deliver(client);
  const clogs::Stats stats = client.stats();
  std::cout << R"({"submitted":)" << stats.submitted << R"(,"sent":)" << stats.sent
            << R"(,"dropped":)" << stats.dropped() << R"(,"rejected":)" << stats.rejected
            << R"(,"retried":)" << stats.retried << R"(,"delivered":)"
            << (delivered ? "true" : "false") << "}" << std::endl;
  if (!stats.last_error.empty()) std::cerr << stats.last_error << '\n';
  return delivered ? 0 : 1;
}
