// What the store promises when the disk fails, fills up or loses power.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/store_test_support.h"

namespace clogs::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreFaultTest : public StoreFixture {
 protected:
  StoreFaultTest() {
    open();
    EXPECT_TRUE(append(*store_, batch_of(1)).ok());
  }
  Code append_code(int64_t n) { return append(*store_, batch_of(n)).status().code(); }
};

TEST_F(StoreFaultTest, FullDiskRefusesAndRecoversWhenSpaceReturns) {
  files_.set_capacity(0);
  ingest::Batch large = batch_of(100, 100'000);
  auto refused = append(*store_, large);
  EXPECT_EQ(refused.status().code(), Code::unavailable);
  EXPECT_THAT(refused.status().message(), HasSubstr("No space left"));
  EXPECT_EQ(store_->stats().state, StoreState::refusing);
  EXPECT_THAT(store_->stats().problem, HasSubstr("No space left"));
  EXPECT_THAT(numbers(all()), ElementsAre(1)) << "reads go on";
  files_.set_capacity(uint64_t{8} << 20);
  EXPECT_EQ(append_code(2), Code::ok);
  EXPECT_EQ(store_->stats().state, StoreState::running);
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
  reopen();
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
  EXPECT_THAT(store_->opened().torn, IsEmpty());
}

TEST_F(StoreFaultTest, FullDiskAtTheBeginningOfAFileLeavesNoFile) {
  clock_.advance(24 * test_hour);
  files_.set_capacity(0);
  EXPECT_EQ(append_code(2), Code::unavailable);
  EXPECT_THAT(files_.paths(), ::testing::Not(::testing::Contains(file("2026-11-24"))));
  files_.set_capacity(uint64_t{8} << 20);
  EXPECT_EQ(append_code(3), Code::ok);
  EXPECT_THAT(files_.paths(), ::testing::Contains(file("2026-11-24")));
  EXPECT_THAT(numbers(all()), ElementsAre(1, 3));
}

TEST_F(StoreFaultTest, WorksInSixteenMebibytes) {
  files_.set_capacity(uint64_t{16} << 20);
  int64_t stored = 1;
  while (append(*store_, batch_of(stored * 1000, 1000)).ok()) ++stored;
  EXPECT_GT(stored, 1000) << "nearly all of the space can be used";
  EXPECT_EQ(append_code(-1), Code::ok) << "small batches still find what padding gave back";
}

TEST_F(StoreFaultTest, ShortWritesAreGoneOnWith) {
  files_.set_faults({.short_write = 1});
  EXPECT_TRUE(append(*store_, batch_of(2, 100)).ok());
  EXPECT_THAT(numbers(all()), SizeIs(101));
  EXPECT_THAT(all().damage, IsEmpty());
}

TEST_F(StoreFaultTest, FailedSyncIsRefusedAndTheFileLeftForAnother) {
  files_.set_faults({.failing_syncs = 1});
  EXPECT_EQ(append_code(2), Code::unavailable);
  files_.set_faults({});
  auto before = all();
  EXPECT_EQ(append_code(3), Code::ok);
  EXPECT_EQ(all().files, 2u);
  EXPECT_THAT(all().records, SizeIs(before.records.size() + 1));
  crash();
  open();
  EXPECT_THAT(all().records, SizeIs(before.records.size() + 1));
  EXPECT_THAT(all().damage, IsEmpty());
}

TEST_F(StoreFaultTest, WriteThatCannotBeTakenBackStopsWriting) {
  files_.set_faults({.write_error = 1, .truncate_error = 1});
  auto unknown = append(*store_, batch_of(2, 1, "p", 1));
  EXPECT_EQ(unknown.status().code(), Code::internal);
  EXPECT_THAT(unknown.status().message(), HasSubstr("may be stored or not"));
  EXPECT_EQ(store_->stats().state, StoreState::failed);
  files_.set_faults({});
  EXPECT_EQ(append_code(3), Code::unavailable);
  EXPECT_THAT(numbers(all()), ElementsAre(1)) << "reads go on";
  reopen();
  EXPECT_EQ(store_->stats().state, StoreState::running);
  EXPECT_TRUE(append(*store_, batch_of(2, 1, "p", 1)).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
}

TEST_F(StoreFaultTest, RefusedBatchIsTakenWhenSentAgain) {
  files_.set_capacity(0);
  EXPECT_EQ(append(*store_, batch_of(2, 100'000, "p", 1)).status().code(), Code::unavailable);
  files_.set_capacity(uint64_t{8} << 20);
  auto again = append(*store_, batch_of(2, 1, "p", 1));
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->duplicate);
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
}

TEST_F(StoreFaultTest, EveryoneWhoWaitsForABatchIsRefusedWithIt) {
  files_.hold();
  auto first = append_async(*store_, batch_of(2, 1, "p", 1));
  files_.wait_until_held([] { return false; });
  auto second = append_async(*store_, batch_of(2, 1, "p", 1));
  files_.set_faults({.write_error = 1});
  files_.release();
  EXPECT_EQ(first.get().status().code(), Code::unavailable);
  EXPECT_EQ(second.get().status().code(), Code::unavailable);
  files_.set_faults({});
  EXPECT_FALSE(append(*store_, batch_of(2, 1, "p", 1))->duplicate);
}

TEST_F(StoreFaultTest, UnreadableFileIsReportedAndTheRestAnswers) {
  clock_.advance(24 * test_hour);
  ASSERT_EQ(append_code(2), Code::ok);
  ASSERT_TRUE(files_.remove(file()).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(2));
  ASSERT_THAT(all().damage, SizeIs(1));
  EXPECT_EQ(all().damage[0].file, file());
}

}  // namespace
}  // namespace clogs::store
