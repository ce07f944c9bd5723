// Promises of RecordQueue that need several threads; worth most under the thread sanitizer.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/queue/record_queue.h"
#include "core/queue/testing/frames.h"

namespace clogs::queue {
namespace {

// "THREAD NUMBER padding"
std::string numbered(int thread, int number) {
  return std::to_string(thread) + " " + std::to_string(number) + " " +
         std::string(static_cast<size_t>(number) * 37 % 900, '.');
}

struct Woken {
  std::counting_semaphore<> calls{0};
  RecordQueue queue;
  explicit Woken(const QueueOptions& options) : queue(options, [this] { calls.release(); }) {}
};

struct Totals {
  std::atomic<uint64_t> accepted{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<uint64_t> dropped{0};
  uint64_t taken = 0;
};

constexpr int threads = 4;
constexpr int records_per_thread = 5000;

// Pushes from all threads while this one takes, only when it was woken, as the sender does: lost
// wake-ups hang. Checks the bounds at every look and the order within each thread.
void run(const QueueOptions& options, WhenFull when_full, Totals& totals) {
  Woken woken(options);
  std::atomic<int> running{threads};
  std::vector<std::jthread> pushing;
  for (int thread = 0; thread < threads; ++thread) {
    pushing.emplace_back([&, thread] {
      for (int i = 0; i < records_per_thread; ++i) {
        Pushed pushed = woken.queue.push(numbered(thread, i), when_full, std::chrono::hours(1));
        ++(pushed.accepted ? totals.accepted : totals.refused);
        totals.dropped += pushed.dropped_oldest;
      }
      if (--running == 0) woken.calls.release();
    });
  }
  std::vector<int> last(threads, -1);
  std::string out;
  while (running.load() > 0 || woken.queue.records() > 0) {
    woken.calls.acquire();
    while (true) {
      EXPECT_LE(woken.queue.records(), options.max_records);
      EXPECT_LE(woken.queue.bytes(), options.max_bytes);
      out.clear();
      const size_t count = woken.queue.take(7, 10'000, out);
      if (count == 0) break;
      totals.taken += count;
      for (const std::string& record : records_of(out)) {
        const int thread = record[0] - '0';
        const int number = std::stoi(record.substr(2));
        ASSERT_EQ(record, numbered(thread, number));
        ASSERT_GT(number, last[static_cast<size_t>(thread)]);
        last[static_cast<size_t>(thread)] = number;
      }
    }
  }
}

QueueOptions small() {
  QueueOptions options;
  options.max_records = 20;
  options.max_bytes = 9000;
  options.batch_records = 7;
  return options;
}

TEST(RecordQueueThreads, BlockLosesNothingAndNoWakeUp) {
  Totals totals;
  run(small(), WhenFull::block, totals);
  EXPECT_EQ(totals.refused, 0U);
  EXPECT_EQ(totals.taken, uint64_t{threads} * records_per_thread);
}

TEST(RecordQueueThreads, DropNewestAccountsForEveryRecord) {
  Totals totals;
  run(small(), WhenFull::drop_newest, totals);
  EXPECT_EQ(totals.taken, totals.accepted);
  EXPECT_EQ(totals.accepted + totals.refused, uint64_t{threads} * records_per_thread);
}

TEST(RecordQueueThreads, DropOldestAccountsForEveryRecord) {
  Totals totals;
  run(small(), WhenFull::drop_oldest, totals);
  EXPECT_EQ(totals.refused, 0U);
  EXPECT_EQ(totals.taken + totals.dropped, uint64_t{threads} * records_per_thread);
}

TEST(RecordQueueThreads, CloseReleasesThoseThatBlock) {
  QueueOptions options;
  options.max_records = 1;
  RecordQueue queue(options, [] {});
  queue.push("a", WhenFull::block, std::chrono::hours(1));
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> blocked;
    for (int i = 0; i < threads; ++i) {
      blocked.emplace_back([&] {
        if (!queue.push("b", WhenFull::block, std::chrono::hours(1)).accepted) ++refused;
      });
    }
    queue.close();
  }
  EXPECT_EQ(refused, threads);
}

TEST(RecordQueueThreads, TheLockAroundForkHoldsPushesBackWithoutLosingThem) {
  Totals totals;
  Woken woken({});
  {
    std::jthread pushing([&] {
      for (int i = 0; i < records_per_thread; ++i) {
        totals.accepted += woken.queue.push(numbered(0, i), WhenFull::drop_newest, {}).accepted;
      }
    });
    for (int i = 0; i < 200; ++i) {
      woken.queue.lock_for_fork();
      const size_t before = woken.queue.records();
      std::this_thread::yield();
      EXPECT_EQ(woken.queue.records(), before);
      woken.queue.unlock_after_fork();
    }
  }
  EXPECT_EQ(totals.accepted, uint64_t{records_per_thread});
  EXPECT_EQ(woken.queue.records(), uint64_t{records_per_thread});
}

}  // namespace
}  // namespace clogs::queue
