// The hot path of every log call: 1, 2 and 4 threads push records of 266 bytes, one thread takes
// batches of 512. Time is per push; cpu_ns is the process's CPU time per record, taking included.
#include <atomic>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <benchmark/benchmark.h>

#include "bench/queue/other_designs.h"
#include "core/queue/record_queue.h"

namespace clogs::bench {
namespace {

constexpr size_t record_bytes = 266;  // the mean of an encoded record with four attributes
constexpr size_t batch_records = 512;
constexpr size_t batch_bytes = size_t{1} << 20;

class MutexQueue {
 public:
  bool push(std::string_view record) {
    return queue_.push(record, queue::WhenFull::drop_newest, {}).accepted;
  }
  size_t take(size_t max_records, size_t max_bytes, std::string& out) {
    return queue_.take(max_records, max_bytes, out);
  }

 private:
  queue::RecordQueue queue_{{}, [] {}};
};

double process_cpu_nanos() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// The queue of one run and the thread that empties it.
template <typename Queue>
struct Run {
  Queue queue;
  std::atomic<uint64_t> taken{0};
  double cpu_begin = process_cpu_nanos();
  std::jthread consumer{[this](const std::stop_token& stop) {
    std::string batch;
    while (true) {
      const bool last = stop.stop_requested();
      batch.clear();
      size_t count = queue.take(batch_records, batch_bytes, batch);
      benchmark::DoNotOptimize(batch.data());
      taken.fetch_add(count, std::memory_order_relaxed);
      if (count == 0 && last) return;
      if (count < batch_records) std::this_thread::yield();
    }
  }};
};

template <typename Queue>
void push(benchmark::State& state) {
  static std::unique_ptr<Run<Queue>> run;
  if (state.thread_index() == 0) run = std::make_unique<Run<Queue>>();
  const std::string record(record_bytes, 'r');
  for (auto step : state) {
    while (!run->queue.push(record)) std::this_thread::yield();
  }
  if (state.thread_index() == 0) {
    run->consumer.request_stop();
    run->consumer.join();
    state.counters["cpu_ns"] =
        (process_cpu_nanos() - run->cpu_begin) / static_cast<double>(run->taken.load());
    state.counters["records/s"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * state.threads(), benchmark::Counter::kIsRate);
    run.reset();
  }
}

// A caller by itself, and what it pays where nobody else does anything.
template <typename Queue>
void push_alone(benchmark::State& state) {
  auto queue = std::make_unique<Queue>();
  const std::string record(record_bytes, 'r');
  std::string batch;
  size_t waiting = 0;
  for (auto step : state) {
    benchmark::DoNotOptimize(queue->push(record));
    if (++waiting == batch_records) {
      state.PauseTiming();
      batch.clear();
      queue->take(batch_records, batch_bytes, batch);
      waiting = 0;
      state.ResumeTiming();
    }
  }
}

#define CLOGS_DESIGN(queue)                                                           \
  BENCHMARK_TEMPLATE(push, queue)->Threads(1)->Threads(2)->Threads(4)->UseRealTime(); \
  BENCHMARK_TEMPLATE(push_alone, queue)
CLOGS_DESIGN(MutexQueue);
CLOGS_DESIGN(ShardedQueue);
CLOGS_DESIGN(RingQueue);

}  // namespace
}  // namespace clogs::bench

BENCHMARK_MAIN();
