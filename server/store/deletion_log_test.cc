#include "server/store/deletion_log.h"

#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/limits.h"
#include "server/store/store_test_support.h"
#include "server/store/verify.h"

namespace clogs::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string path = "/data/deletions.edn";

class DeletionLogTest : public ::testing::Test {
 protected:
  DeletionLogTest() { open(); }

  void open() {
    log_.reset();
    dir_ = {};
    auto dir = open_data_dir(files_, "/data", test_noon, 0xab12);
    ASSERT_TRUE(dir.ok()) << dir.status().to_string();
    dir_ = *std::move(dir);
    auto log = DeletionLog::open(files_, dir_, DeletionLog::Access::write);
    ASSERT_TRUE(log.ok()) << log.status().to_string();
    log_ = *std::move(log);
  }
  void reopen(bool keep_cache) {
    log_.reset();
    dir_ = {};
    files_.restart(keep_cache);
    open();
  }

  static Deletion deletion(std::string query = "{:where [:= :n 1]}") {
    Deletion one;
    one.time = test_noon;
    one.tenant = "default";
    one.by = "ops \"1\"";
    one.matched = 12;
    one.query_edn = std::move(query);
    return one;
  }
  std::vector<uint64_t> numbers() const {
    std::vector<uint64_t> found;
    for (const Deletion& one : log_->all()) found.push_back(one.number);
    return found;
  }

  FaultFileSystem files_{1};
  DataDir dir_;
  std::unique_ptr<DeletionLog> log_;
};

TEST_F(DeletionLogTest, ADirectoryWithoutDeletionsHasNoFileAndKeepsItsVersion) {
  EXPECT_EQ(log_->in_force("default"), nullptr);
  EXPECT_EQ(log_->length(), 0u);
  EXPECT_THAT(files_.paths(), ::testing::Not(::testing::Contains(path)));
  EXPECT_THAT(files_.contents("/data/store.edn"), HasSubstr(":format 1 "));
}

TEST_F(DeletionLogTest, TheFirstDeletionMakesOlderReadersRefuseTheDirectory) {
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  EXPECT_THAT(files_.contents("/data/store.edn"), HasSubstr("{:format 2 :store \"ab12\""));
}

TEST_F(DeletionLogTest, BytesAreAsTheFormatSays) {
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  ASSERT_TRUE(log_->mark_applied(std::vector<uint64_t>{1}, test_noon + 1).ok());
  const std::string text = files_.contents(path);
  EXPECT_THAT(text, ::testing::StartsWith("#clogs/deletions {:v 1 :store \"ab12\" :sum \""));
  EXPECT_THAT(text, HasSubstr("\n#clogs/delete {:number 1 :time 1795435200000000000 :tenant "
                              "\"default\" :by \"ops \\\"1\\\"\" :matched 12 :query {:where [:= "
                              ":n 1]} :sum \""));
  EXPECT_THAT(text, HasSubstr("\n#clogs/applied {:time 1795435200000000001 :numbers [1] :sum \""));
}

TEST_F(DeletionLogTest, WhatWasRecordedComesBackAfterACrash) {
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  ASSERT_TRUE(log_->record_deletion(deletion("{:where :true}")).ok());
  ASSERT_TRUE(log_->mark_applied(std::vector<uint64_t>{1}, test_noon).ok());
  files_.crash();
  reopen(false);
  EXPECT_THAT(numbers(), ElementsAre(1, 2));
  const DeletionList list = log_->in_force("default");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->size(), 1u);
  EXPECT_EQ(list->front().query_edn, "{:where :true}");
  EXPECT_EQ(list->front().by, "ops \"1\"");
  EXPECT_EQ(list->front().matched, 12u);
  EXPECT_EQ(log_->in_force("other"), nullptr);
  EXPECT_TRUE(log_->damage().empty());
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  EXPECT_THAT(numbers(), ElementsAre(1, 2, 3));
}

TEST_F(DeletionLogTest, ATornEndIsKeptAsideAndCut) {
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  const uint64_t length = log_->length();
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  log_.reset();
  dir_ = {};
  files_.resize(path, length + 40);
  open();
  EXPECT_THAT(numbers(), ElementsAre(1));
  EXPECT_EQ(files_.contents(path).size(), length);
  ASSERT_EQ(log_->torn().size(), 1u);
  EXPECT_EQ(log_->torn()[0].offset, length);
  EXPECT_EQ(files_.contents(log_->torn()[0].saved_as).size(), 40u);
  EXPECT_TRUE(log_->damage().empty());
}

TEST_F(DeletionLogTest, ADamagedLineIsReportedAndTheOthersHold) {
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  const uint64_t second = log_->length();
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  log_.reset();
  dir_ = {};
  files_.overwrite(path, second + 30, "#");
  open();
  EXPECT_THAT(numbers(), ElementsAre(1, 3));
  ASSERT_FALSE(log_->damage().empty());
  EXPECT_EQ(log_->damage()[0].offset, second);
  log_.reset();
  dir_ = {};
  auto report = verify({.dir = "/data", .file_system = &files_, .progress = {}});
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->good());
}

TEST_F(DeletionLogTest, ANewerVersionIsRefused) {
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  log_.reset();
  std::string line = "#clogs/deletions {:v 2 :store \"ab12\"";
  seal(line);
  files_.overwrite(path, 0, line);
  auto log = DeletionLog::open(files_, dir_, DeletionLog::Access::read);
  EXPECT_EQ(log.status().code(), Code::unimplemented);
}

TEST_F(DeletionLogTest, AFullDiskRefusesAndLaterRecords) {
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  uint64_t used = 0;
  for (const std::string& one : files_.paths()) used += files_.contents(one).size();
  files_.set_capacity(used + 10);
  auto refused = log_->record_deletion(deletion());
  EXPECT_EQ(refused.status().code(), Code::unavailable);
  files_.set_capacity(UINT64_MAX);
  ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  EXPECT_THAT(numbers(), ElementsAre(1, 2));
}

TEST_F(DeletionLogTest, WhatWouldNotBeReadAgainIsRefused) {
  for (const char* query : {"{:n 3", "[:= :n 1]", "", "{:a 1}\n{:b 2}"}) {
    EXPECT_EQ(log_->record_deletion(deletion(query)).status().code(), Code::invalid_argument);
  }
  EXPECT_EQ(log_->length(), 0u);
}

TEST_F(DeletionLogTest, NothingIsRecordedOnceItIsClosed) {
  log_->close();
  EXPECT_EQ(log_->record_deletion(deletion()).status().code(), Code::unavailable);
}

TEST_F(DeletionLogTest, TooManyInForceAreRefused) {
  for (size_t i = 0; i < deletions_in_force_max; ++i) {
    ASSERT_TRUE(log_->record_deletion(deletion()).ok());
  }
  EXPECT_EQ(log_->record_deletion(deletion()).status().code(), Code::resource_exhausted);
  ASSERT_TRUE(log_->mark_applied(std::vector<uint64_t>{1}, test_noon).ok());
  EXPECT_TRUE(log_->record_deletion(deletion()).ok());
}

// By seed: what was recorded is there after any crash, what was refused never, what is uncertain
// perhaps.
TEST(DeletionLogRandom, AcknowledgedDeletionsSurviveFaultsAndCrashes) {
  constexpr uint64_t seeds = 300;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    FaultFileSystem files(seed);
    std::set<uint64_t> sure;
    std::set<uint64_t> unsure;
    for (uint64_t tag = 1, life = 0; life < 4; ++life) {
      auto dir = open_data_dir(files, "/data", test_noon, 1);
      ASSERT_TRUE(dir.ok()) << dir.status().to_string();
      auto log = DeletionLog::open(files, *dir, DeletionLog::Access::write);
      ASSERT_TRUE(log.ok()) << log.status().to_string();
      std::set<uint64_t> found;
      for (const Deletion& one : (*log)->all()) found.insert(one.matched);
      for (uint64_t one : sure) EXPECT_TRUE(found.contains(one)) << "lost " << one;
      for (uint64_t one : found) EXPECT_TRUE(sure.contains(one) || unsure.contains(one)) << one;
      EXPECT_TRUE((*log)->damage().empty());
      sure = std::move(found);
      unsure.clear();
      files.set_faults({.short_write = 0.3,
                        .write_error = 0.1,
                        .sync_error = 0.1,
                        .truncate_error = 0.2,
                        .directory_error = 0.1});
      if (random() % 2 == 0) files.crash_after(random() % 40);
      for (int i = 0; i < 10; ++i, ++tag) {
        Deletion one;
        one.tenant = "default";
        one.by = "local";
        one.matched = tag;  // tells them apart
        one.query_edn = "{:where [:= :text \"" + std::string(random() % 3000, 'x') + "\"]}";
        auto recorded = (*log)->record_deletion(one);
        if (recorded.ok()) {
          sure.insert(tag);
        } else if (files.crashed() || recorded.status().code() == Code::internal) {
          unsure.insert(tag);
        }
      }
      log->reset();
      dir->lock.reset();
      files.restart(random() % 2 == 0);
    }
  }
}

}  // namespace
}  // namespace clogs::store
