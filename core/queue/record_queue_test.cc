#include "core/queue/record_queue.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/queue/frame_fifo.h"
#include "core/queue/testing/frames.h"

namespace clogs::queue {
namespace {

using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::nanoseconds no_wait{0};

struct Fixture {
  explicit Fixture(const QueueOptions& options = {}) : queue(options, [this] { ++wakes; }) {}

  bool push(std::string_view record, WhenFull when_full = WhenFull::drop_newest) {
    return queue.push(record, when_full, no_wait).accepted;
  }
  std::vector<std::string> take(size_t max_records = SIZE_MAX, size_t max_bytes = 1 << 20) {
    std::string out;
    size_t count = queue.take(max_records, max_bytes, out);
    std::vector<std::string> records = records_of(out);
    EXPECT_EQ(count, records.size());
    return records;
  }

  int wakes = 0;
  RecordQueue queue;
};

QueueOptions bounds(size_t max_records, size_t max_bytes) {
  QueueOptions options;
  options.max_records = max_records;
  options.max_bytes = max_bytes;
  return options;
}

TEST(RecordQueue, TakesInTheOrderOfPushing) {
  Fixture f;
  for (const char* record : {"one", "", "three"}) EXPECT_TRUE(f.push(record));
  EXPECT_THAT(f.take(), ElementsAre("one", "", "three"));
  EXPECT_THAT(f.take(), IsEmpty());
}

TEST(RecordQueue, FramesARecordAsFieldFiveOfABatchBehindWhatIsThere) {
  Fixture f;
  f.push("ab");
  f.push(std::string(300, 'x'));
  std::string out = "head";
  EXPECT_EQ(f.queue.take(2, 1000, out), 2U);
  EXPECT_EQ(out,
            "head\x2A\x02"
            "ab\x2A\xAC\x02" +
                std::string(300, 'x'));
}

TEST(RecordQueue, TakesUpToTheLimitsAndAtLeastOne) {
  Fixture f;
  for (const char* record : {"1234", "5678", "9"}) f.push(record);
  EXPECT_THAT(f.take(2), ElementsAre("1234", "5678"));
  f.push("abcd");
  EXPECT_THAT(f.take(9, 8), ElementsAre("9"));  // 3 bytes, and 6 more would be 9
  EXPECT_THAT(f.take(9, 1), ElementsAre("abcd"));
}

TEST(RecordQueue, CountsRecordsAndTheBytesOfTheirFrames) {
  Fixture f;
  f.push("abc");
  f.push("d");
  EXPECT_EQ(f.queue.records(), 2U);
  EXPECT_EQ(f.queue.bytes(), 8U);
  f.take(1);
  EXPECT_EQ(f.queue.records(), 1U);
  EXPECT_EQ(f.queue.bytes(), 3U);
}

TEST(RecordQueue, RefusesTheNewestBeyondEitherBound) {
  Fixture by_records(bounds(2, 1000));
  EXPECT_TRUE(by_records.push("a"));
  EXPECT_TRUE(by_records.push("b"));
  EXPECT_FALSE(by_records.push("c"));
  EXPECT_THAT(by_records.take(), ElementsAre("a", "b"));

  Fixture by_bytes(bounds(100, 10));
  EXPECT_TRUE(by_bytes.push("12345678"));  // exactly full
  EXPECT_FALSE(by_bytes.push(""));
  EXPECT_THAT(by_bytes.take(), ElementsAre("12345678"));
}

TEST(RecordQueue, DropsAsFewOfTheOldestAsNeeded) {
  Fixture f(bounds(3, 20));
  for (const char* record : {"1", "2", "3"}) f.push(record);
  Pushed pushed = f.queue.push("4", WhenFull::drop_oldest, no_wait);
  EXPECT_TRUE(pushed.accepted);
  EXPECT_EQ(pushed.dropped_oldest, 1U);
  pushed = f.queue.push("123456789abc", WhenFull::drop_oldest, no_wait);
  EXPECT_EQ(pushed.dropped_oldest, 1U);  // 3 + 3 + 14 bytes
  EXPECT_THAT(f.take(), ElementsAre("3", "4", "123456789abc"));
}

TEST(RecordQueue, NeverTakesWhatIsLargerThanItselfNorDropsForIt) {
  for (WhenFull when_full : {WhenFull::drop_newest, WhenFull::drop_oldest, WhenFull::block}) {
    Fixture f(bounds(10, 10));
    f.push("a");
    Pushed pushed = f.queue.push("123456789", when_full, std::chrono::hours(1));
    EXPECT_FALSE(pushed.accepted);
    EXPECT_EQ(pushed.dropped_oldest, 0U);
    EXPECT_THAT(f.take(), ElementsAre("a"));
  }
}

TEST(RecordQueue, BlockGivesUpAfterItsTime) {
  Fixture f(bounds(1, 100));
  f.push("a");
  auto begin = steady_clock::now();
  EXPECT_FALSE(f.queue.push("b", WhenFull::block, std::chrono::milliseconds(5)).accepted);
  EXPECT_GE(steady_clock::now() - begin, std::chrono::milliseconds(5));
  EXPECT_THAT(f.take(), ElementsAre("a"));
}

TEST(RecordQueue, AClosedQueueTakesNothingButGivesWhatItHas) {
  Fixture f;
  f.push("a");
  f.queue.close();
  f.queue.close();
  EXPECT_FALSE(f.push("b"));
  EXPECT_FALSE(f.queue.push("b", WhenFull::block, std::chrono::hours(1)).accepted);
  EXPECT_EQ(f.queue.push("b", WhenFull::drop_oldest, no_wait).dropped_oldest, 0U);
  EXPECT_THAT(f.take(), ElementsAre("a"));
}

TEST(RecordQueue, WakesAtTheFirstRecordAndWhenABatchIsFull) {
  QueueOptions options;
  options.batch_records = 3;
  Fixture f(options);
  std::vector<int> wakes;
  for (int i = 0; i < 6; ++i) {
    f.push("r");
    wakes.push_back(f.wakes);
  }
  EXPECT_THAT(wakes, ElementsAre(1, 1, 2, 2, 2, 2));
}

TEST(RecordQueue, WakesWhenTheBytesOfABatchAreFull) {
  QueueOptions options;
  options.batch_bytes = 10;
  Fixture f(options);
  f.push("abc");
  EXPECT_EQ(f.wakes, 1);
  f.push("abc");
  EXPECT_EQ(f.wakes, 2);
}

TEST(RecordQueue, WakesAgainOnlyAfterATakeThatLeftLess) {
  QueueOptions options;
  options.batch_records = 3;
  Fixture f(options);
  for (int i = 0; i < 7; ++i) f.push("r");
  f.take(3);
  f.push("r");  // five wait: the sender knew of four
  EXPECT_EQ(f.wakes, 2);
  f.take(3);
  f.push("r");  // three
  EXPECT_EQ(f.wakes, 3);
  f.take();
  f.push("r");  // the first
  EXPECT_EQ(f.wakes, 4);
}

TEST(RecordQueue, DoesNotWakeForEveryRecordThatReplacesTheOldest) {
  QueueOptions options = bounds(1, 100);
  options.batch_records = 1;
  Fixture f(options);
  for (int i = 0; i < 100; ++i) f.push("r", WhenFull::drop_oldest);
  EXPECT_EQ(f.wakes, 1);  // the first record fills the batch too
}

TEST(RecordQueue, KnowsHowLongTheOldestRecordWaits) {
  Fixture f;
  EXPECT_EQ(f.queue.oldest(), steady_clock::time_point::min());
  auto before = steady_clock::now();
  f.push("a");
  auto after = steady_clock::now();
  f.push("b");
  EXPECT_GE(f.queue.oldest(), before);
  EXPECT_LE(f.queue.oldest(), after);
  f.take(1);
  EXPECT_GE(f.queue.oldest(), before);
  f.take(1);
  EXPECT_EQ(f.queue.oldest(), steady_clock::time_point::min());
}

// Counts its chunks and fails on demand.
class CountingSource final : public ChunkSource {
 public:
  void* get() noexcept override {
    if (left == 0) return nullptr;
    --left;
    ++gets;
    ++out;
    return mapped_chunks().get();
  }
  void put(void* chunk) noexcept override {
    --out;
    mapped_chunks().put(chunk);
  }

  size_t left = SIZE_MAX;
  size_t gets = 0;
  size_t out = 0;
};

TEST(RecordQueue, TakesNoMemoryInTheSteadyState) {
  CountingSource source;
  {
    RecordQueue queue({}, [] {}, source);
    EXPECT_EQ(source.out, 0U);
    const std::string record(266, 'r');
    std::string out;
    for (int round = 0; round < 1000; ++round) {
      for (int i = 0; i < 600; ++i) queue.push(record, WhenFull::drop_newest, no_wait);
      out.clear();
      EXPECT_EQ(queue.take(1000, size_t{1} << 20, out), 600U);
    }
    EXPECT_LE(source.gets, 4U);
  }
  EXPECT_EQ(source.out, 0U);
}

TEST(RecordQueue, GivesTheMemoryOfABurstBack) {
  CountingSource source;
  RecordQueue queue(bounds(1'000'000, size_t{64} << 20), [] {}, source);
  const std::string record(1000, 'r');
  std::string out;
  for (int i = 0; i < 20'000; ++i) queue.push(record, WhenFull::drop_newest, no_wait);
  EXPECT_GE(source.out, 300U);
  while (queue.take(1000, size_t{1} << 20, out) > 0) out.clear();
  EXPECT_LE(source.out, FrameFifo::spare_chunks_max + 2);
  for (int i = 0; i < 100; ++i) {
    queue.push(record, WhenFull::drop_newest, no_wait);
    queue.take(1000, size_t{1} << 20, out);
    out.clear();
  }
  EXPECT_EQ(source.out, 1U);
}

TEST(RecordQueue, DropsARecordForWhichThereIsNoMemoryAndGoesOn) {
  CountingSource source;
  source.left = 2;
  int wakes = 0;
  RecordQueue queue({}, [&] { ++wakes; }, source);
  const std::string large(chunk_bytes * 3, 'x');
  EXPECT_TRUE(queue.push("a", WhenFull::drop_newest, no_wait).accepted);
  EXPECT_FALSE(queue.push(large, WhenFull::drop_newest, no_wait).accepted);
  EXPECT_TRUE(queue.push("b", WhenFull::drop_newest, no_wait).accepted);
  std::string out;
  EXPECT_EQ(queue.take(10, size_t{1} << 20, out), 2U);
  EXPECT_THAT(records_of(out), ElementsAre("a", "b"));
  source.left = SIZE_MAX;
  EXPECT_TRUE(queue.push(large, WhenFull::drop_newest, no_wait).accepted);
  EXPECT_EQ(wakes, 2);
}

// The child exits with the number of the promise that does not hold.
TEST(RecordQueue, IsEmptyAndUsableInAForkedChildAndUntouchedInTheParent) {
  Fixture f(bounds(3, 1000));
  f.push("parent's");
  f.queue.lock_for_fork();
  pid_t child = ::fork();
  if (child == 0) {
    f.queue.reset_in_child();
    int failed = 0;
    if (f.queue.records() != 0 || f.queue.bytes() != 0) failed = 1;
    if (failed == 0 && f.queue.oldest() != steady_clock::time_point::min()) failed = 2;
    if (failed == 0 && !f.push("child's")) failed = 3;
    if (failed == 0 && f.wakes != 2) failed = 4;
    if (failed == 0 && f.take() != std::vector<std::string>{"child's"}) failed = 5;
    ::_exit(failed);
  }
  f.queue.unlock_after_fork();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(f.wakes, 1);
  EXPECT_THAT(f.take(), ElementsAre("parent's"));
}

struct Model {
  std::deque<std::string> records;
  size_t bytes = 0;

  void drop() {
    bytes -= frame_bytes(records.front().size());
    records.pop_front();
  }
  bool fits(size_t frame, const QueueOptions& options) const {
    return records.size() < options.max_records && bytes + frame <= options.max_bytes;
  }
};

void compare_one_history(uint64_t seed) {
  std::mt19937_64 random(seed);
  QueueOptions options = bounds(1 + random() % 40, 1 + random() % 400'000);
  const size_t longest = random() % 8 != 0 ? 50 : 150'000;
  Fixture f(options);
  Model model;
  for (int step = 0; step < 60; ++step) {
    if (random() % 3 != 0) {
      std::string record(random() % longest, static_cast<char>('a' + step % 26));
      const size_t frame = frame_bytes(record.size());
      const auto when_full = static_cast<WhenFull>(random() % 3);
      uint32_t dropped = 0;
      if (when_full == WhenFull::drop_oldest && frame <= options.max_bytes) {
        for (; !model.fits(frame, options); ++dropped) model.drop();
      }
      const bool fits = model.fits(frame, options);
      Pushed pushed = f.queue.push(record, when_full, no_wait);
      ASSERT_EQ(pushed.accepted, fits);
      ASSERT_EQ(pushed.dropped_oldest, dropped);
      if (fits) {
        model.bytes += frame;
        model.records.push_back(std::move(record));
      }
    } else {
      const size_t max_records = 1 + random() % 20;
      const size_t max_bytes = random() % (longest * 10);
      std::vector<std::string> expected;
      size_t bytes = 0;
      while (!model.records.empty() && expected.size() < max_records) {
        bytes += frame_bytes(model.records.front().size());
        if (!expected.empty() && bytes > max_bytes) break;
        expected.push_back(model.records.front());
        model.drop();
      }
      ASSERT_EQ(f.take(max_records, max_bytes), expected);
    }
    ASSERT_EQ(f.queue.records(), model.records.size());
    ASSERT_EQ(f.queue.bytes(), model.bytes);
    ASSERT_EQ(f.queue.oldest() == steady_clock::time_point::min(), model.records.empty());
  }
}

TEST(RecordQueue, DoesWhatASimpleListWithBoundsDoes) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    compare_one_history(seed);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace clogs::queue
