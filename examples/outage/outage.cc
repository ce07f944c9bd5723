// outage LIFE COUNT RATE: logs COUNT records, RATE a second, with :life LIFE and :n 0, 1, ...; the
// client is made from CLOGS_* variables. Every 1,000 records it prints {"logged":N,"safe":M}: the
// first M are on this machine's disk or on the server's. At the end it waits for delivery, closes
// and prints the client's counts.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <thread>

#include <clogs/client.h>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds delivery_timeout{120};
constexpr uint64_t records_a_line = 1000;
// Records between two looks at the clock.
constexpr uint64_t records_a_step = 50;

void print_progress(const clogs::Client& client, uint64_t logged) {
  const clogs::Stats stats = client.stats();
  const uint64_t waiting = stats.queue_records + stats.in_flight_records;
  std::cout << R"({"logged":)" << logged << R"(,"safe":)" << stats.accepted - waiting << "}"
            << std::endl;
}

void print_counts(const clogs::Client& client, bool delivered, Clock::duration logging) {
  const clogs::Stats stats = client.stats();
  std::cout << R"({"submitted":)" << stats.submitted << R"(,"adopted":)" << stats.adopted
            << R"(,"sent":)" << stats.sent << R"(,"dropped":)" << stats.dropped()
            << R"(,"rejected":)" << stats.rejected << R"(,"retried":)" << stats.retried
            << R"(,"delivered":)" << (delivered ? "true" : "false") << R"(,"logging_s":)"
            << std::chrono::duration<double>(logging).count() << "}" << std::endl;
  if (!stats.last_error.empty()) std::cerr << stats.last_error << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: outage LIFE COUNT RATE\n";
    return 2;
  }
  const uint64_t life = std::stoull(argv[1]);
  const uint64_t count = std::stoull(argv[2]);
  const std::chrono::duration<double> step(static_cast<double>(records_a_step) /
                                           std::stod(argv[3]));
  const clogs::Client client;
  for (const std::string& warning : client.warnings()) std::cerr << warning << '\n';
  const Clock::time_point begin = Clock::now();
  for (uint64_t n = 0; n < count; ++n) {
    if (n % records_a_step == 0) {
      const auto due = begin + step * static_cast<double>(n / records_a_step);
      std::this_thread::sleep_until(std::chrono::time_point_cast<Clock::duration>(due));
    }
    client.info("tick").with("life", life).with("n", n).log();
    if ((n + 1) % records_a_line == 0) print_progress(client, n + 1);
  }
  const Clock::duration logging = Clock::now() - begin;
  const bool flushed = client.flush(delivery_timeout).delivered;
  const bool delivered = client.close(delivery_timeout).delivered && flushed;
  print_counts(client, delivered, logging);
  return 0;
}
