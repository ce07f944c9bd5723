// What the store's group commit reaches, beside what the disk does: durable commits and records a
// second for clients that wait for each acknowledgement.
//
//     store_bench [DIR] [SECONDS]      DIR: where the files go (default: the temporary directory)
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/store/store.h"

namespace clogs::store {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// About the size of a usual log record.
std::string record_line(uint64_t n) {
  return fmt::format(
      "{{:timestamp \"2026-11-23T12:00:00.{:09}Z\" :level \"info\" :service \"checkout\" :message "
      "\"request {} handled\" :trace-id \"{:032x}\" :status 200 :duration-ms {}.25 :pod "
      "\"checkout-7d9f-{}\" :path \"/api/v1/orders/{}\"}}\n",
      n % 1'000'000'000, n, n * 2654435761, n % 900, n % 40, n % 5000);
}

ingest::Batch batch_of(uint32_t count, uint64_t seed) {
  ingest::Batch batch;
  batch.count = count;
  for (uint32_t i = 0; i < count; ++i) batch.lines += record_line(seed * count + i);
  return batch;
}

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

// write + fdatasync of `bytes` one after the other: into a file that grows, or over written
// newlines.
double syncs_a_second(const std::string& dir, size_t bytes, bool into_written, double seconds) {
  std::string path = dir + "/disk";
  int fd = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0644);
  std::string data(bytes, 'x');
  constexpr off_t span = off_t{64} << 20;
  if (into_written) {
    std::string newlines(size_t{1} << 20, '\n');
    for (off_t at = 0; at < span; at += static_cast<off_t>(newlines.size())) {
      if (::pwrite(fd, newlines.data(), newlines.size(), at) < 0) return 0;
    }
    ::fsync(fd);
  }
  uint64_t count = 0;
  off_t at = 0;
  auto start = SteadyClock::now();
  while (Seconds(SteadyClock::now() - start).count() < seconds) {
    if (::pwrite(fd, data.data(), data.size(), at) < 0 || ::fdatasync(fd) != 0) return 0;
    at += static_cast<off_t>(bytes);
    if (into_written && at + static_cast<off_t>(bytes) > span) at = 0;
    ++count;
  }
  double rate = static_cast<double>(count) / Seconds(SteadyClock::now() - start).count();
  ::close(fd);
  std::filesystem::remove(path);
  return rate;
}

// `clients` clients, each with one batch under way: a client is a chain of callbacks, as the
// connections of a server are.
void measure(const std::string& dir, unsigned clients, uint32_t records, bool with_id,
             double seconds) {
  std::string path = dir + "/store";
  StoreOptions options;
  options.dir = path;
  auto opened = Store::open(options);
  if (!opened.ok()) {
    fmt::print(stderr, "{}\n", opened.status().to_string());
    return;
  }
  Store& store = **opened;
  std::vector<ingest::Batch> batches;
  for (unsigned i = 0; i < clients; ++i) batches.push_back(batch_of(records, i));
  auto start = SteadyClock::now();
  double cpu = cpu_seconds();
  auto end = start + std::chrono::duration_cast<SteadyClock::duration>(Seconds(seconds));
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<std::counting_semaphore<>>> free;
  unsigned workers = std::min(clients, 2U);
  for (unsigned worker = 0; worker < workers; ++worker) {
    free.push_back(std::make_unique<std::counting_semaphore<>>(0));
  }
  for (unsigned worker = 0; worker < workers; ++worker) {
    unsigned share = clients / workers;
    threads.emplace_back([&, worker, share] {
      std::counting_semaphore<>& idle = *free[worker];
      idle.release(share);
      for (uint64_t i = 0; SteadyClock::now() < end; ++i) {
        idle.acquire();
        ingest::Batch batch = batches[worker * share + i % share];
        if (with_id) batch.id = ingest::BatchId{fmt::format("client-{}", worker), i};
        store.append(std::move(batch), [&idle](const Result<ingest::Ack>&) { idle.release(); });
      }
      for (unsigned i = 0; i < share; ++i) idle.acquire();
    });
  }
  for (std::thread& thread : threads) thread.join();
  double took = Seconds(SteadyClock::now() - start).count();
  cpu = cpu_seconds() - cpu;
  StoreStats stats = store.stats();
  double frames = static_cast<double>(stats.frames);
  double count = static_cast<double>(stats.records);
  fmt::print(
      "{:>3} clients x {:>4} records{}: {:>7.0f} commits/s {:>9.0f} batches/s {:>9.0f} "
      "records/s {:>6.1f} MB/s  sync {:.2f} ms  cpu {:.2f} us/record\n",
      clients, records, with_id ? " with id" : "        ", frames / took,
      static_cast<double>(stats.batches) / took, count / took,
      static_cast<double>(stats.record_bytes) / took / 1e6, 1e3 * stats.sync_seconds / frames,
      1e6 * cpu / count);
  opened->reset();
  std::filesystem::remove_all(path);
}

// One thread over what a store holds.
void measure_scan(const std::string& dir, uint32_t batch, uint64_t records) {
  std::string path = dir + "/store";
  StoreOptions options;
  options.dir = path;
  {
    auto store = Store::open(options);
    std::counting_semaphore<> done(0);
    for (uint64_t i = 0; i < records / batch; ++i) {
      (*store)->append(batch_of(batch, i), [&](const Result<ingest::Ack>&) { done.release(); });
      if (batch == 1) done.acquire();
    }
    for (uint64_t i = 0; batch > 1 && i < records / batch; ++i) done.acquire();
  }
  auto start = SteadyClock::now();
  auto store = Store::open(options);
  double opening = Seconds(SteadyClock::now() - start).count();
  start = SteadyClock::now();
  auto source = (*store)->open("default", INT64_MAX);
  BlockBuffer buffer;
  Block block;
  uint64_t bytes = 0;
  uint64_t blocks = 0;
  while ((*source)->next(buffer, block).value()) {
    bytes += block.lines.size();
    ++blocks;
  }
  double took = Seconds(SteadyClock::now() - start).count();
  fmt::print(
      "read {:>4} records a batch: {:.2f} GB/s, {:.0f} blocks/s; open {:.0f} ms for {:.0f} MB\n",
      batch, static_cast<double>(bytes) / took / 1e9, static_cast<double>(blocks) / took,
      1e3 * opening, static_cast<double>(bytes) / 1e6);
  store->reset();
  std::filesystem::remove_all(path);
}

void run(const std::string& parent, double seconds) {
  std::string dir = parent + "/clogs-store-bench-XXXXXX";
  if (::mkdtemp(dir.data()) == nullptr) return;
  for (size_t bytes : {size_t{4} << 10, size_t{16} << 10, size_t{1} << 20}) {
    fmt::print("disk, {:>4} KiB: {:>6.0f} fdatasync/s appending, {:>6.0f} into written space\n",
               bytes >> 10, syncs_a_second(dir, bytes, false, seconds / 2),
               syncs_a_second(dir, bytes, true, seconds / 2));
  }
  for (unsigned clients : {1U, 64U, 256U}) measure(dir, clients, 1, false, seconds);
  measure(dir, 64, 1, true, seconds);
  for (unsigned clients : {1U, 8U, 64U}) measure(dir, clients, 1000, true, seconds);
  measure_scan(dir, 1000, 400'000);
  measure_scan(dir, 1, 2'000);
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace clogs::store

int main(int argc, char** argv) {
  std::string dir = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  clogs::store::run(dir, argc > 2 ? std::atof(argv[2]) : 3);
}
