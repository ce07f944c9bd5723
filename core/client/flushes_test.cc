#include "core/client/flushes.h"

#include <gtest/gtest.h>

namespace clogs::client {
namespace {

const send::TimePoint never = send::TimePoint::max();
const send::TimePoint start{std::chrono::seconds(1)};

struct Fixture : ::testing::Test {
  Flushes flushes;
  std::vector<FlushResult> ended;

  void add(uint64_t target, uint64_t outstanding, send::TimePoint deadline = never) {
    flushes.add(target, outstanding, deadline, [this](FlushResult r) { ended.push_back(r); });
  }
  void finish(uint64_t front, send::TimePoint now = start) {
    for (auto& finished : flushes.finish(now, front)) finished.done(finished.result);
  }
};
using FlushesTest = Fixture;

TEST_F(FlushesTest, EndWhenEverythingBeforeIsResolved) {
  add(3, 2);
  flushes.on_formed(3);
  flushes.on_taken(3, true, 1);
  flushes.on_resolved(0, 2, 0);
  finish(3);
  EXPECT_TRUE(ended.empty());
  flushes.on_resolved(1, 3, 0);
  finish(3);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_TRUE(ended[0].delivered);
}

TEST_F(FlushesTest, DoNotWaitForWhatCameAfter) {
  add(1, 0);
  flushes.on_formed(1);
  flushes.on_taken(1, false, 1);
  flushes.on_formed(5);
  flushes.on_resolved(2, 5, 5);
  flushes.on_resolved(1, 1, 0);
  finish(6);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_TRUE(ended[0].delivered);
}

TEST_F(FlushesTest, AreNotDeliveredWhereSomethingWasLost) {
  add(1, 0);
  flushes.on_formed(1);
  flushes.on_taken(1, true, 1);
  flushes.on_resolved(1, 1, 1);
  finish(1);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_FALSE(ended[0].delivered);
  EXPECT_EQ(ended[0].remaining, 0u);
}

TEST_F(FlushesTest, TellAtTheirDeadlineHowManyRemain) {
  add(10, 4, start);
  flushes.on_formed(3);
  finish(3);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_FALSE(ended[0].delivered);
  EXPECT_EQ(ended[0].remaining, 4u + 3u + 7u);
}

TEST_F(FlushesTest, EndAtOnceWhereNothingWaits) {
  add(5, 0);
  flushes.on_taken(5, true, 7);
  finish(5);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_TRUE(ended[0].delivered);
}

TEST_F(FlushesTest, CutBatchesAtTheirTargets) {
  add(7, 0);
  add(5, 0);
  EXPECT_EQ(flushes.next_target(), 5u);
  flushes.on_taken(5, false, 1);
  EXPECT_EQ(flushes.next_target(), 7u);
  flushes.on_taken(7, false, 2);
  EXPECT_EQ(flushes.next_target(), UINT64_MAX);
}

}  // namespace
}  // namespace clogs::client
