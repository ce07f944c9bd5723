#include "server/store/store.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/store_test_support.h"

namespace clogs::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreTest : public StoreFixture {
 protected:
  StoreTest() { open(); }
  // Runs `during` while the writer stands in its first write, with batch {:n 0} in it.
  template <typename During>
  void while_writing(During during) {
    files_.hold();
    auto first = append_async(*store_, batch_of(0));
    files_.wait_until_held([] { return false; });
    during();
    files_.release();
    EXPECT_TRUE(first.get().ok());
  }
};

TEST_F(StoreTest, AcknowledgedRecordsAreReadAtOnce) {
  auto ack = append(*store_, batch_of(1, 3));
  ASSERT_TRUE(ack.ok()) << ack.status().to_string();
  EXPECT_EQ(ack->accepted, 3u);
  EXPECT_FALSE(ack->duplicate);
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3));
  EXPECT_THAT(all().damage, IsEmpty());
  EXPECT_EQ(all().records[2].line, "{:n 3}");
}

TEST_F(StoreTest, IdsAreTimeStoreAndPosition) {
  ASSERT_TRUE(append(*store_, batch_of(1, 2)).ok());
  ASSERT_TRUE(append(*store_, batch_of(3, 1)).ok());
  auto records = all().records;
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].id, (record::Id{test_noon, 0xab12, 0}));
  EXPECT_EQ(records[1].id, (record::Id{test_noon, 0xab12, 1}));
  EXPECT_EQ(records[2].id, (record::Id{test_noon + 1, 0xab12, 0}));
}

TEST_F(StoreTest, IdsIncreaseWhenTheClockStepsBack) {
  ASSERT_TRUE(append(*store_, batch_of(1)).ok());
  clock_.set(test_noon - 50 * test_hour);
  ASSERT_TRUE(append(*store_, batch_of(2)).ok());
  reopen();
  ASSERT_TRUE(append(*store_, batch_of(3)).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3));
  EXPECT_EQ(all().records[2].id.received_nanos, test_noon + 2);
}

TEST_F(StoreTest, FileIsReadableEdn) {
  ASSERT_TRUE(append(*store_, batch_of(1, 2)).ok());
  close();
  std::string text = files_.contents(file());
  EXPECT_THAT(text, ::testing::StartsWith("#clogs/file {:v 1 :store \"ab12\" "));
  EXPECT_THAT(text, ::testing::EndsWith("\n{:n 1}\n{:n 2}\n")) << "padding is cut";
}

TEST_F(StoreTest, PaddingKeepsTheFileReadableAndSmall) {
  ASSERT_TRUE(append(*store_, batch_of(1)).ok());
  std::string text = files_.contents(file());
  size_t end = text.find_last_not_of('\n') + 2;
  EXPECT_GT(text.size(), end);
  EXPECT_LE(text.size() - end, (size_t{8} << 20) / 16);
  EXPECT_THAT(numbers(all()), ElementsAre(1));
}

TEST_F(StoreTest, BatchesThatWaitShareOneFrame) {
  std::vector<std::future<Result<ingest::Ack>>> acks;
  while_writing([&] {
    for (int i = 1; i <= 50; ++i) acks.push_back(append_async(*store_, batch_of(i)));
  });
  for (auto& ack : acks) EXPECT_TRUE(ack.get().ok());
  EXPECT_EQ(store_->stats().frames, 2u);
  EXPECT_EQ(store_->stats().batches, 51u);
  EXPECT_EQ(all().records.back().id.index, 49u);
}

TEST_F(StoreTest, StreamsAndMetaAreBlocksOfTheirOwn) {
  std::vector<std::future<Result<ingest::Ack>>> acks;
  while_writing([&] {
    for (int i = 1; i <= 6; ++i) {
      ingest::Batch batch = batch_of(i);
      batch.stream = i <= 2 ? "logs" : "audit";
      batch.has_meta = i == 6;
      acks.push_back(append_async(*store_, std::move(batch)));
    }
  });
  for (auto& ack : acks) EXPECT_TRUE(ack.get().ok());
  auto records = all().records;
  ASSERT_THAT(records, SizeIs(7));
  EXPECT_EQ(records[2].stream, "logs");
  EXPECT_EQ(records[3].stream, "audit");
  EXPECT_FALSE(records[5].has_meta);
  EXPECT_TRUE(records[6].has_meta);
  EXPECT_EQ(records[6].id.index, 5u);
}

TEST_F(StoreTest, LargeBatchIsReadInBlocksOfAboutAMebibyte) {
  constexpr uint32_t count = 200'000;
  ASSERT_TRUE(append(*store_, batch_of(0, count)).ok());
  auto source = store_->open("default", INT64_MAX);
  ASSERT_TRUE(source.ok());
  BlockBuffer buffer;
  Block block;
  uint64_t lines = 0;
  size_t blocks = 0;
  for (;;) {
    auto more = (*source)->next(buffer, block);
    ASSERT_TRUE(more.ok());
    if (!*more) break;
    EXPECT_LE(block.lines.size(), block_bytes_target);
    EXPECT_EQ(block.first.index, lines);
    lines += static_cast<uint64_t>(std::ranges::count(block.lines, '\n'));
    ++blocks;
  }
  EXPECT_EQ(lines, count);
  EXPECT_GE(blocks, 2u);
}

TEST_F(StoreTest, LineLongerThanABlockIsABlock) {
  ingest::Batch batch = batch_of(1, 2);
  batch.lines += "{:n 3 :text \"" + std::string(block_bytes_target + 5, 'x') + "\"}\n{:n 4}\n";
  batch.count = 4;
  ASSERT_TRUE(append(*store_, std::move(batch)).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3, 4));
}

TEST_F(StoreTest, FilesRollBySize) {
  options_.roll_bytes = 1000;
  reopen();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(append(*store_, batch_of(i)).ok());
  EXPECT_GT(all().files, 2u);
  EXPECT_THAT(numbers(all()), SizeIs(20));
  reopen();
  ASSERT_TRUE(append(*store_, batch_of(20)).ok());
  EXPECT_THAT(numbers(all()), SizeIs(21));
}

TEST_F(StoreTest, FilesRollByDay) {
  ASSERT_TRUE(append(*store_, batch_of(1)).ok());
  clock_.advance(13 * test_hour);
  ASSERT_TRUE(append(*store_, batch_of(2)).ok());
  EXPECT_THAT(files_.contents(file("2026-11-23")), ::testing::EndsWith("{:n 1}\n"));
  EXPECT_THAT(files_.contents(file("2026-11-24")), HasSubstr("{:n 2}\n"));
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
}

TEST_F(StoreTest, TenantsAreApart) {
  ingest::Batch other = batch_of(2);
  other.tenant = "acme";
  std::vector<std::future<Result<ingest::Ack>>> acks;
  while_writing([&] {
    acks.push_back(append_async(*store_, batch_of(1)));
    acks.push_back(append_async(*store_, other));
    acks.push_back(append_async(*store_, batch_of(3)));
  });
  for (auto& ack : acks) EXPECT_TRUE(ack.get().ok());
  EXPECT_THAT(numbers(read_all(*store_)), ElementsAre(0, 1, 3));
  EXPECT_THAT(numbers(read_all(*store_, "acme")), ElementsAre(2));
  EXPECT_THAT(numbers(read_all(*store_, "nobody")), IsEmpty());
  EXPECT_THAT(store_->tenants(), ElementsAre("acme", "default"));
  EXPECT_NE(read_all(*store_).records[1].id, read_all(*store_, "acme").records[0].id);
}

TEST_F(StoreTest, RepeatedBatchIsStoredOnceAndAnsweredAlike) {
  ingest::Batch batch = batch_of(1, 2, "web", 7);
  batch.rejected_edn = "[{:index 1,\n :error \"bad\"}]";
  auto first = append(*store_, batch);
  auto second = append(*store_, batch);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(second.ok()) << second.status().to_string();
  EXPECT_TRUE(second->duplicate);
  EXPECT_EQ(second->accepted, 2u);
  EXPECT_THAT(second->rejected_edn, HasSubstr(":error \"bad\""));
  EXPECT_EQ(second->rejected_edn, first->rejected_edn);
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
  reopen();
  auto third = append(*store_, batch);
  ASSERT_TRUE(third.ok());
  EXPECT_TRUE(third->duplicate);
  EXPECT_EQ(third->rejected_edn, first->rejected_edn);
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
  EXPECT_EQ(store_->stats().duplicates, 1u);
}

TEST_F(StoreTest, BatchUnderWayIsWaitedFor) {
  std::future<Result<ingest::Ack>> first;
  std::future<Result<ingest::Ack>> second;
  while_writing([&] {
    first = append_async(*store_, batch_of(1, 1, "web", 1));
    second = append_async(*store_, batch_of(1, 1, "web", 1));
  });
  EXPECT_FALSE(first.get()->duplicate);
  EXPECT_TRUE(second.get()->duplicate);
  EXPECT_THAT(numbers(all()), ElementsAre(0, 1));
  EXPECT_EQ(store_->stats().queue_bytes, 0u);
}

TEST_F(StoreTest, SequenceBelowTheWindowIsRefused) {
  ASSERT_TRUE(append(*store_, batch_of(1, 1, "web", 5000)).ok());
  auto late = append(*store_, batch_of(2, 1, "web", 904));
  EXPECT_EQ(late.status().code(), Code::failed_precondition);
  EXPECT_TRUE(append(*store_, batch_of(3, 1, "web", 905)).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 3));
}

TEST_F(StoreTest, MemoryBudgetRefusesWhatWouldWait) {
  options_.queue_bytes = 4000;
  reopen();
  std::vector<std::future<Result<ingest::Ack>>> acks;
  while_writing([&] {
    EXPECT_TRUE(store_->try_reserve(3000));
    EXPECT_FALSE(store_->try_reserve(3000));
    for (int i = 0; i < 10; ++i) acks.push_back(append_async(*store_, batch_of(i + 1)));
    EXPECT_EQ(acks.back().get().status().code(), Code::resource_exhausted);
    acks.pop_back();
    store_->release(3000);
  });
  size_t stored = 0;
  for (auto& ack : acks) stored += ack.get().ok();
  EXPECT_EQ(stored + store_->stats().refused, 10u);
  EXPECT_GT(stored, 0u);
  EXPECT_EQ(store_->stats().queue_bytes, 0u);
  EXPECT_TRUE(append(*store_, batch_of(99, 1000)).ok()) << "an empty queue takes any batch";
}

TEST_F(StoreTest, BadBatchesAreRefused) {
  auto refused = [&](auto change) {
    ingest::Batch batch = batch_of(1, 2, "p", 1);
    change(batch);
    return append(*store_, std::move(batch)).status().code();
  };
  using B = ingest::Batch;
  EXPECT_EQ(refused([](B& b) { b.count = 3; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.lines.pop_back(); }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.lines = "", b.count = 0; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.lines = "#clogs/frame {}\n{}\n"; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.tenant = "../x"; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.stream = ""; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.stream = "a\nb"; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.stream = "\xff"; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.id->producer = std::string(257, 'p'); }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.rejected_edn = "[}"; }), Code::invalid_argument);
  EXPECT_EQ(refused([](B& b) { b.rejected_edn = std::string(size_t{5} << 20, ' '); }),
            Code::out_of_range);
  EXPECT_THAT(all().records, IsEmpty());
  EXPECT_EQ(refused([](B& b) { b.stream = "a \"quoted\" \xc3\xa4"; }), Code::ok);
  EXPECT_EQ(all().records.front().stream, "a \"quoted\" \xc3\xa4");
}

TEST_F(StoreTest, AsOfCutsAtArrival) {
  ASSERT_TRUE(append(*store_, batch_of(1)).ok());
  clock_.advance(10);
  auto then = all();
  EXPECT_EQ(then.as_of, test_noon + 10);
  ASSERT_TRUE(append(*store_, batch_of(2)).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
  EXPECT_THAT(numbers(read_all(*store_, "default", then.as_of)), ElementsAre(1))
      << "nothing is stored at or before an instant that a snapshot has answered for";
  EXPECT_THAT(numbers(read_all(*store_, "default", test_noon - 1)), IsEmpty());
}

TEST_F(StoreTest, SnapshotStaysWhatItWas) {
  ASSERT_TRUE(append(*store_, batch_of(1)).ok());
  auto source = store_->open("default", INT64_MAX);
  ASSERT_TRUE(append(*store_, batch_of(2)).ok());
  BlockBuffer buffer;
  Block block;
  ASSERT_TRUE(*(*source)->next(buffer, block));
  EXPECT_EQ(block.lines, "{:n 1}\n");
  EXPECT_FALSE(*(*source)->next(buffer, block));
}

TEST_F(StoreTest, UnderWayIsNotVisible) {
  while_writing([&] {
    auto seen = all();
    EXPECT_THAT(seen.records, IsEmpty());
    EXPECT_EQ(seen.as_of, test_noon - 1) << "the frame under way has the time of noon";
  });
  EXPECT_THAT(numbers(all()), ElementsAre(0));
}

TEST_F(StoreTest, ManyThreadsReadEveryBlockOnce) {
  options_.roll_bytes = 20'000;
  reopen();
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(append(*store_, batch_of(i * 10, 10)).ok());
  auto source = store_->open("default", INT64_MAX);
  std::atomic<uint64_t> lines{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      BlockBuffer buffer;
      Block block;
      while ((*source)->next(buffer, block).value()) {
        lines += static_cast<uint64_t>(std::ranges::count(block.lines, '\n'));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lines, 3000u);
}

TEST_F(StoreTest, FeedGetsCommitsInOrderUntilItEnds) {
  std::vector<std::string> seen;
  std::vector<record::Id> ids;
  auto token = store_->subscribe([&](const Committed& one) {
    seen.push_back(one.tenant + "/" + one.stream + " " + *one.lines);
    ids.push_back(one.first);
  });
  ASSERT_TRUE(append(*store_, batch_of(1, 1, "p", 1)).ok());
  ASSERT_TRUE(append(*store_, batch_of(1, 1, "p", 1)).ok());
  ASSERT_TRUE(append(*store_, batch_of(2, 2)).ok());
  token.reset();
  ASSERT_TRUE(append(*store_, batch_of(4)).ok());
  EXPECT_THAT(seen, ElementsAre("default/logs {:n 1}\n", "default/logs {:n 2}\n{:n 3}\n"));
  EXPECT_EQ(ids[0], all().records[0].id);
  EXPECT_EQ(ids[1], all().records[1].id);
}

TEST_F(StoreTest, CloseWritesWhatWaitsAndRefusesTheRest) {
  std::vector<std::future<Result<ingest::Ack>>> acks;
  std::thread closer;
  while_writing([&] {
    acks.push_back(append_async(*store_, batch_of(1)));
    closer = std::thread([this] { store_->close(); });
    for (;;) {
      auto refused = append_async(*store_, batch_of(2));
      if (refused.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
        EXPECT_EQ(refused.get().status().code(), Code::unavailable);
        break;
      }
      acks.push_back(std::move(refused));
    }
  });
  closer.join();
  for (auto& ack : acks) EXPECT_TRUE(ack.get().ok());
  EXPECT_EQ(store_->stats().state, StoreState::closed);
  EXPECT_THAT(numbers(all()), SizeIs(acks.size() + 1));
  open();
}

TEST_F(StoreTest, StatsCount) {
  ASSERT_TRUE(append(*store_, batch_of(1, 5)).ok());
  StoreStats stats = store_->stats();
  EXPECT_EQ(stats.state, StoreState::running);
  EXPECT_EQ(stats.records, 5u);
  EXPECT_EQ(stats.frames, 1u);
  EXPECT_EQ(stats.files, 1u);
  EXPECT_GT(stats.bytes, stats.record_bytes);
  EXPECT_GT(stats.free_bytes, 0u);
  EXPECT_EQ(state_name(stats.state), "running");
}

TEST_F(StoreTest, MoreTenantsThanOpenFiles) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) {
      ingest::Batch batch = batch_of(round);
      batch.tenant = "t" + std::to_string(i);
      ASSERT_TRUE(append(*store_, std::move(batch)).ok());
    }
  }
  EXPECT_THAT(numbers(read_all(*store_, "t0")), ElementsAre(0, 1));
  EXPECT_THAT(numbers(read_all(*store_, "t99")), ElementsAre(0, 1));
  EXPECT_EQ(store_->stats().files, 100u);
}

TEST_F(StoreTest, PaddingIsCutWhenIdle) {
  options_.idle_nanos = 1'000'000;
  reopen();
  ASSERT_TRUE(append(*store_, batch_of(1)).ok());
  while (files_.contents(file()).ends_with("\n\n")) std::this_thread::yield();
  EXPECT_THAT(files_.contents(file()), ::testing::EndsWith("{:n 1}\n"));
  ASSERT_TRUE(append(*store_, batch_of(2)).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2));
}

}  // namespace
}  // namespace clogs::store
