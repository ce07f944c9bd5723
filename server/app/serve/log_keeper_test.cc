#include "server/app/serve/log_keeper.h"

#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>

#include "server/api/log.h"
#include "server/ingest/service.h"
#include "server/ingest/testing/fake_sink.h"

namespace clogs::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LogKeeperTest : public ::testing::Test {
 protected:
  void say(std::string_view message) { api::log(logger_, api::LogLevel::info, message); }
  void wait_for(uint64_t kept, uint64_t dropped) {
    const auto there = [&] {
      const LogKeeper::Stats stats = keeper_.stats();
      return stats.kept >= kept && stats.dropped >= dropped;
    };
    while (!there()) std::this_thread::yield();
    EXPECT_EQ(keeper_.stats().kept, kept);
    EXPECT_EQ(keeper_.stats().dropped, dropped);
  }

  std::shared_ptr<spdlog::logger> logger_ =
      std::make_shared<spdlog::logger>("clogs", std::make_shared<spdlog::sinks::null_sink_mt>());
  ingest::testing::FakeSink sink_;
  ingest::Service ingest_{sink_, record::Limits{}};
  LogKeeper keeper_{*logger_, 400};  // bytes: three or four records
};

TEST_F(LogKeeperTest, RecordsGoToTheSystemTenantWithTheirFields) {
  keeper_.begin(ingest_);
  api::log(logger_, api::LogLevel::error, "request failed", {{"id", "ab12"}});
  keeper_.stop();
  ASSERT_EQ(sink_.batches().size(), 1U);
  EXPECT_EQ(sink_.batches()[0].tenant, "clogs");
  EXPECT_THAT(sink_.lines(), HasSubstr(":message \"request failed\""));
  EXPECT_THAT(sink_.lines(), HasSubstr(":level \"error\""));
  EXPECT_THAT(sink_.lines(), HasSubstr(":id \"ab12\""));
}

TEST_F(LogKeeperTest, WhatWasSaidBeforeTheStoreIsOpenIsKept) {
  say("opening");
  keeper_.begin(ingest_);
  wait_for(1, 0);
  EXPECT_THAT(sink_.lines(), HasSubstr("opening"));
}

TEST_F(LogKeeperTest, AFullQueueDropsAndTheStoreIsToldHowMany) {
  for (int i = 0; i < 10; ++i) say("record number " + std::to_string(i));
  const uint64_t dropped = keeper_.stats().dropped;
  ASSERT_GT(dropped, 0U);
  keeper_.begin(ingest_);
  wait_for(10 - dropped, dropped);
  EXPECT_THAT(sink_.lines(), HasSubstr(":message \"record number 0\""));
  EXPECT_THAT(sink_.lines(), Not(HasSubstr("record number 9")));
  EXPECT_THAT(sink_.lines(), HasSubstr(":message \"log records could not be kept\" :dropped " +
                                       std::to_string(dropped)));
}

TEST_F(LogKeeperTest, AStoreThatFailsCostsRecordsAndBringsForthNone) {
  sink_.fail_with(unavailable("The disk is full"));
  keeper_.begin(ingest_);
  say("lost");
  wait_for(0, 1);
  sink_.fail_with(ok_status());
  say("kept");
  wait_for(1, 1);
  EXPECT_EQ(sink_.batches().size(), 1U);
  EXPECT_THAT(sink_.lines(), HasSubstr(":dropped 1"));
}

TEST_F(LogKeeperTest, AStoreThatDoesNotAnswerBlocksNobody) {
  sink_.hold();
  keeper_.begin(ingest_);
  say("first");
  while (sink_.batches().empty()) std::this_thread::yield();
  for (int i = 0; i < 1000; ++i) say("more");
  EXPECT_GT(keeper_.stats().dropped, 900U);
  std::thread stopping([this] { keeper_.stop(); });
  // The first batch, and a second one with what waited.
  for (int i = 0; i < 2; ++i) {
    while (!sink_.release_one()) std::this_thread::yield();
  }
  stopping.join();
  EXPECT_GT(keeper_.stats().kept, 1U);
}

TEST_F(LogKeeperTest, AfterTheStopNothingIsTaken) {
  keeper_.begin(ingest_);
  keeper_.stop();
  say("late");
  keeper_.stop();
  EXPECT_EQ(keeper_.stats().kept, 0U);
  EXPECT_EQ(keeper_.stats().dropped, 0U);
  EXPECT_EQ(sink_.batches().size(), 0U);
}

}  // namespace
}  // namespace clogs::app
