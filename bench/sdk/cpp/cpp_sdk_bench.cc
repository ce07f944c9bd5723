// cpp_sdk_bench WHAT: figures of the C++ SDK; the client is made from CLOGS_* variables.
//   calls       ns of the calling thread's CPU and allocations a call, spdlog beside it
//   throughput  records/s from the first call to the last acknowledgement
//   away        resident memory with a million records and no server
//   start       from nothing to the first acknowledged record
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "bench/sdk/cpp/allocations.h"
#include "clogs/client.h"
#include "clogs/spdlog_sink.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 9;
// Fits into the queues, so that a call neither waits nor drops.
constexpr int calls_a_round = 50'000;
constexpr std::chrono::minutes patience{5};

double thread_cpu_nanos() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

struct Cost {
  double nanos = std::numeric_limits<double>::max();
  double allocations = std::numeric_limits<double>::max();
};

Cost one_round(int calls, const std::function<void(int)>& call) {
  const uint64_t allocated = thread_allocations();
  const double begin = thread_cpu_nanos();
  for (int i = 0; i < calls; ++i) call(i);
  return {(thread_cpu_nanos() - begin) / calls,
          static_cast<double>(thread_allocations() - allocated) / calls};
}

// The best round of `threads` at once; `settle` empties the queue between rounds.
Cost best(size_t threads, const std::function<void(int)>& call,
          const std::function<void()>& settle) {
  Cost cost;
  for (int round = 0; round < rounds; ++round) {
    std::vector<Cost> costs(threads);
    {
      std::vector<std::jthread> running;
      for (size_t t = 0; t < threads; ++t) {
        running.emplace_back([&, t] {
          for (int i = 0; i < 100; ++i) call(i);  // buffers of this thread
          costs[t] = one_round(calls_a_round / static_cast<int>(threads), call);
        });
      }
    }
    settle();
    Cost mean{0, 0};
    for (const Cost& c : costs) {
      mean.nanos += c.nanos / static_cast<double>(threads);
      mean.allocations += c.allocations / static_cast<double>(threads);
    }
    cost.nanos = std::min(cost.nanos, mean.nanos);
    cost.allocations = std::min(cost.allocations, mean.allocations);
  }
  return cost;
}

void print_cost(const char* name, const std::function<void(int)>& call,
                const std::function<void()>& settle) {
  const Cost one = best(1, call, settle);
  const Cost four = best(4, call, settle);
  std::printf("%-34s %8.0f %10.0f %12.2f\n", name, one.nanos, four.nanos, one.allocations);
  std::fflush(stdout);
}

clogs::Options roomy() {
  clogs::Options options = clogs::Options::from_environment();
  options.queue_max_records = 1'000'000;
  options.queue_max_bytes = uint64_t{1} << 30;
  return options;
}

std::shared_ptr<spdlog::logger> spdlog_to_file(const std::string& path) {
  spdlog::init_thread_pool(2 * calls_a_round, 1);
  return spdlog::basic_logger_mt<spdlog::async_factory>("file", path, true);
}

void calls() {
  const clogs::Client client(roomy());
  const std::runtime_error trouble("connection refused by the payment provider");
  const std::string path = std::filesystem::temp_directory_path() / "cpp_sdk_bench.log";
  const auto file = spdlog_to_file(path);
  const auto sink = clogs::spdlog_logger_mt("sink", client);
  const auto delivered = [&] { client.flush(patience); };
  const auto written = [&] {
    // The pool's one thread takes its messages in order.
    file->flush();
    while (spdlog::thread_pool()->queue_size() > 0) std::this_thread::yield();
  };
  std::printf("%-34s %8s %10s %12s\n", "call", "ns", "ns, 4 thr.", "allocations");
  print_cost(
      "clogs, 4 fields",
      [&](int i) {
        client.info("order added")
            .with("sku", "a-1")
            .with("price", 9.5)
            .with("count", i)
            .with("gift", false)
            .log();
      },
      delivered);
  print_cost(
      "clogs, 4 fields and an exception",
      [&](int i) {
        client.error("order failed")
            .with("sku", "a-1")
            .with("price", 9.5)
            .with("count", i)
            .with("gift", false)
            .with_exception(trouble)
            .log();
      },
      delivered);
  print_cost(
      "clogs, below the level",
      [client = clogs::Client([] {
         clogs::Options options = roomy();
         options.level = clogs::Level::info;
         return options;
       }())](int i) { client.debug("order added").with("sku", "a-1").with("count", i).log(); },
      [] {});
  print_cost(
      "spdlog, clogs::spdlog_sink_mt",
      [&](int i) {
        sink->info("order added sku={} price={} count={} gift={}", "a-1", 9.5, i, false);
      },
      delivered);
  print_cost(
      "spdlog, asynchronous file",
      [&](int i) {
        file->info("order added sku={} price={} count={} gift={}", "a-1", 9.5, i, false);
      },
      written);
  spdlog::shutdown();
  std::filesystem::remove(path);
}

void throughput(size_t threads, uint64_t in_flight) {
  constexpr int total = 2'000'000;
  clogs::Options options = clogs::Options::from_environment();
  options.on_full = clogs::OnFull::block;
  options.block_timeout = patience;
  options.max_in_flight = in_flight;
  const clogs::Client client(options);
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> running;
    for (size_t t = 0; t < threads; ++t) {
      running.emplace_back([&] {
        for (int i = 0; i < total / static_cast<int>(threads); ++i) {
          client.info("order added")
              .with("sku", "a-1")
              .with("price", 9.5)
              .with("count", i)
              .with("gift", false)
              .log();
        }
      });
    }
  }
  const bool delivered = client.flush(patience).delivered;
  const std::chrono::duration<double> took = Clock::now() - begin;
  std::printf("%zu thread(s), %llu in flight: %.0f records/s stored, %llu of %d%s\n", threads,
              static_cast<unsigned long long>(in_flight), total / took.count(),
              static_cast<unsigned long long>(client.stats().sent), total,
              delivered ? "" : " (NOT ALL)");
  std::fflush(stdout);
}

uint64_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6));
  }
  return 0;
}

void away() {
  constexpr int total = 1'000'000;
  const clogs::Client client;
  client.info("first").log();
  const uint64_t before = resident_kib();
  uint64_t most = before;
  for (int i = 0; i < total; ++i) {
    client.info("order added")
        .with("sku", "a-1")
        .with("price", 9.5)
        .with("count", i)
        .with("gift", false)
        .log();
    if (i % 10'000 == 0) most = std::max(most, resident_kib());
  }
  const clogs::Stats stats = client.stats();
  std::printf(
      "%d records without a server: %.1f MiB more resident memory; %llu wait, %llu dropped\n",
      total, static_cast<double>(most - before) / 1024,
      static_cast<unsigned long long>(stats.queue_records + stats.in_flight_records),
      static_cast<unsigned long long>(stats.dropped()));
  client.close(std::chrono::nanoseconds(0));
}

void start() {
  const auto micros = [](Clock::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
  };
  const auto begin = Clock::now();
  const clogs::Client client;
  const auto made = Clock::now();
  client.info("first").log();
  const auto logged = Clock::now();
  client.flush(patience);
  const auto stored = Clock::now();
  std::printf("client %.0f us, first call %.0f us, stored after %.0f us\n", micros(made - begin),
              micros(logged - made), micros(stored - begin));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  if (what == "calls") {
    calls();
  } else if (what == "throughput") {
    const uint64_t by_default = clogs::Options().max_in_flight;
    for (const uint64_t in_flight : {by_default, 4 * by_default}) {
      for (const size_t threads : {1, 2}) throughput(threads, in_flight);
    }
  } else if (what == "away") {
    away();
  } else if (what == "start") {
    start();
  } else {
    std::fprintf(stderr, "usage: cpp_sdk_bench calls|throughput|away|start\n");
    return 2;
  }
  return 0;
}
