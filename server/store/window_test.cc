#include "server/store/window.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "server/store/catalog.h"

namespace clogs::store {
namespace {

using Known = ProducerWindows::Known;

TEST(Window, KnowsExactlyWhatIsStored) {
  ProducerWindows windows({});
  for (uint64_t sequence : {10u, 12u, 11u, 5000u, 4990u, 1200u}) {
    windows.store("t", "p", sequence, static_cast<uint32_t>(sequence + 1), {}, 1);
  }
  for (uint64_t sequence : {1200u, 4990u, 5000u}) {
    auto verdict = windows.look_up("t", "p", sequence, 1);
    EXPECT_EQ(verdict.known, Known::stored) << sequence;
    EXPECT_EQ(verdict.accepted, sequence + 1);
  }
  EXPECT_EQ(windows.look_up("t", "p", 5001, 1).known, Known::fresh);
  EXPECT_EQ(windows.look_up("t", "p", 4991, 1).known, Known::fresh);
  EXPECT_EQ(windows.look_up("t", "p", 5000 - 4095, 1).known, Known::fresh);
  EXPECT_EQ(windows.look_up("t", "p", 5000 - 4096, 1).known, Known::below);
  EXPECT_EQ(windows.look_up("t", "p", 12, 1).known, Known::below);
}

TEST(Window, ProducersOfOtherNamesAndTenantsAreApart) {
  ProducerWindows windows({});
  windows.store("t", "p", 5, 1, {}, 1);
  EXPECT_EQ(windows.look_up("t", "p", 5, 1).known, Known::stored);
  EXPECT_EQ(windows.look_up("t", "q", 5, 1).known, Known::fresh);
  EXPECT_EQ(windows.look_up("u", "p", 5, 1).known, Known::fresh);
}

TEST(Window, GreatestSequencesDoNotOverflow) {
  ProducerWindows windows({});
  windows.store("t", "p", UINT64_MAX, 1, {}, 1);
  EXPECT_EQ(windows.look_up("t", "p", UINT64_MAX, 1).known, Known::stored);
  EXPECT_EQ(windows.look_up("t", "p", UINT64_MAX - 4095, 1).known, Known::fresh);
  EXPECT_EQ(windows.look_up("t", "p", 0, 1).known, Known::below);
}

TEST(Window, IsForgottenADayAfterTheLastBatch) {
  ProducerWindows windows({});
  int64_t day = WindowOptions{}.keep_nanos;
  windows.store("t", "p", 5, 1, {}, 0);
  windows.store("t", "p", 6, 1, {}, day);
  EXPECT_EQ(windows.look_up("t", "p", 5, 2 * day).known, Known::stored);
  EXPECT_EQ(windows.look_up("t", "p", 5, 2 * day + 1).known, Known::fresh);
  EXPECT_EQ(windows.producers(), 0u);
}

TEST(Window, LongestSilentProducersGoFirst) {
  ProducerWindows windows({.producers_max = 3});
  for (int64_t time = 1; time <= 4; ++time) {
    windows.store("t", std::to_string(time), 1, 1, {}, 10 - time);
  }
  EXPECT_EQ(windows.producers(), 3u);
  EXPECT_EQ(windows.look_up("t", "4", 1, 10).known, Known::fresh);
  EXPECT_EQ(windows.look_up("t", "1", 1, 10).known, Known::stored);
}

TEST(Window, MemoryIsBounded) {
  ProducerWindows windows({.bytes_max = 100'000});
  for (uint64_t producer = 0; producer < 50; ++producer) {
    for (uint64_t sequence = 0; sequence < 5000; sequence += 7) {
      windows.store("t", std::to_string(producer), sequence, 1, {}, static_cast<int64_t>(producer));
    }
  }
  EXPECT_LE(windows.memory_bytes(), 100'000u);
  EXPECT_EQ(windows.look_up("t", "49", 4998, 50).known, Known::stored);
  EXPECT_EQ(windows.look_up("t", "0", 4998, 50).known, Known::fresh);
}

TEST(Window, RemembersWhereRejectionsAre) {
  ProducerWindows windows({});
  auto file = std::make_shared<LogFileInfo>();
  windows.store("t", "p", 1, 9, {file, 77}, 1);
  windows.store("t", "p", 2, 9, {}, 1);
  auto verdict = windows.look_up("t", "p", 1, 1);
  ASSERT_NE(verdict.rejected_at, nullptr);
  EXPECT_EQ(verdict.rejected_at->offset, 77u);
  EXPECT_EQ(windows.look_up("t", "p", 2, 1).rejected_at, nullptr);
  windows.store("t", "p", 1 + 4096, 9, {}, 1);
  EXPECT_EQ(file.use_count(), 1) << "what fell out of the window is let go";
}

// Against a plain set, by steps of every size and direction.
TEST(Window, AgreesWithASetOfAllSequences) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    std::mt19937_64 random(seed);
    ProducerWindows windows({.sequences = 64});
    std::set<uint64_t> stored;
    uint64_t highest = random() % 100;
    for (int step = 0; step < 2000; ++step) {
      uint64_t sequence = highest + random() % 5;
      if (random() % 3 == 0) sequence = highest - std::min<uint64_t>(highest, random() % 80);
      if (random() % 200 == 0) sequence = highest + random() % 300;
      Known expected = Known::fresh;
      if (!stored.empty() && sequence + 64 <= highest) {
        expected = Known::below;
      } else if (stored.contains(sequence)) {
        expected = Known::stored;
      }
      ASSERT_EQ(windows.look_up("t", "p", sequence, 1).known, expected) << seed << ' ' << step;
      if (expected != Known::fresh) continue;
      windows.store("t", "p", sequence, 1, {}, 1);
      stored.insert(sequence);
      highest = *stored.rbegin();
    }
  }
}

}  // namespace
}  // namespace clogs::store
