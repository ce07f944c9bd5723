#include "server/store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/read_only_store.h"
#include "server/store/store_test_support.h"

namespace clogs::store {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::StartsWith;

class BackupTest : public StoreFixture {
 protected:
  void fill() {
    options_.roll_bytes = 400;
    open();
    for (int64_t n = 1; n <= 20; ++n) {
      ASSERT_TRUE(append(*store_, batch_of(n, 1, "web", static_cast<uint64_t>(n))).ok());
      clock_.advance(1000);
    }
    ingest::Batch batch = batch_of(21);
    batch.tenant = "acme";
    ASSERT_TRUE(append(*store_, batch).ok());
  }
  Result<BackupReport> back_up(const std::string& dir = "/copy") {
    BackupOptions options;
    options.dir = dir;
    options.file_system = &files_;
    return write_backup(*store_, options);
  }
  std::vector<std::string> outside() const {
    std::vector<std::string> paths;
    for (const std::string& path : files_.paths()) {
      if (!path.starts_with("/data/")) paths.push_back(path);
    }
    return paths;
  }
};

TEST_F(BackupTest, TheCopyOfAStoreAtWorkIsAStoreWithAllThatWasAcknowledged) {
  fill();
  const Everything before = all();
  auto report = back_up();
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  EXPECT_EQ(report->records, 21u);
  EXPECT_TRUE(report->damage.empty());
  // It is a store of its own from now on, also if the power goes at once.
  crash();
  options_.dir = "/copy";
  open();
  EXPECT_EQ(numbers(all()), numbers(before));
  EXPECT_EQ(all().records.back().id, before.records.back().id);
  EXPECT_THAT(numbers(read_all(*store_, "acme")), ElementsAre(21));
  for (uint64_t sequence = 1; sequence <= 20; ++sequence) {
    auto again = append(*store_, batch_of(99, 1, "web", sequence));
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->duplicate);
  }
}

TEST_F(BackupTest, DeletionsAreInIt) {
  fill();
  Deletion deletion;
  deletion.tenant = "default";
  deletion.by = "local";
  deletion.query_edn = "{:where :true}";
  ASSERT_TRUE(store_->record_deletion(deletion).ok());
  ASSERT_TRUE(back_up().ok());
  close();
  auto copy = ReadOnlyStore::open(
      {.dir = "/copy", .clock = &clock_, .file_system = &files_, .progress = {}});
  ASSERT_TRUE(copy.ok()) << copy.status().to_string();
  auto source = (*copy)->open("default", INT64_MAX);
  ASSERT_TRUE(source.ok());
  ASSERT_NE((*source)->deletions(), nullptr);
  EXPECT_EQ((*source)->deletions()->front().query_edn, "{:where :true}");
}

TEST_F(BackupTest, AnOfflineDirectoryIsCopiedToo) {
  fill();
  close();
  auto source = ReadOnlyStore::open(
      {.dir = "/data", .clock = &clock_, .file_system = &files_, .progress = {}});
  ASSERT_TRUE(source.ok());
  BackupOptions options;
  options.dir = "/copy/";
  options.file_system = &files_;
  ASSERT_TRUE(write_backup(**source, options).ok());
  EXPECT_THAT(outside(), Contains("/copy/store.edn"));
}

TEST_F(BackupTest, ADirectoryThatIsNotEmptyIsRefused) {
  fill();
  ASSERT_TRUE(back_up().ok());
  const auto before = outside();
  EXPECT_EQ(back_up().status().code(), Code::already_exists);
  EXPECT_EQ(outside(), before);
}

TEST_F(BackupTest, AnEmptyDirectoryIsFilled) {
  fill();
  ASSERT_TRUE(files_.make_directory("/copy").ok());
  EXPECT_TRUE(back_up().ok());
}

TEST_F(BackupTest, AFullDiskLeavesNothing) {
  fill();
  uint64_t used = 0;
  for (const std::string& one : files_.paths()) used += files_.contents(one).size();
  // Too little is seen before anything is written.
  files_.set_capacity(used + 100);
  EXPECT_EQ(back_up().status().code(), Code::unavailable);
  EXPECT_TRUE(outside().empty());
  // Somebody else fills the disk meanwhile.
  files_.set_capacity(uint64_t{8} << 20);
  BackupOptions options;
  options.dir = "/copy";
  options.file_system = &files_;
  options.progress = [&](uint64_t, uint64_t) { files_.set_capacity(used + 500); };
  EXPECT_EQ(write_backup(*store_, options).status().code(), Code::unavailable);
  EXPECT_TRUE(outside().empty());
}

TEST_F(BackupTest, AnInterruptedOneLeavesNothing) {
  fill();
  BackupOptions options;
  options.dir = "/copy";
  options.file_system = &files_;
  int pieces = 0;
  options.should_stop = [&] { return ++pieces > 2; };
  EXPECT_EQ(write_backup(*store_, options).status().code(), Code::cancelled);
  EXPECT_TRUE(outside().empty());
}

TEST_F(BackupTest, DamageOfTheSourceIsCopiedAndTold) {
  fill();
  const std::string text = files_.contents(file());
  files_.overwrite(file(), text.find("{:n 1}") + 4, "9");
  auto report = back_up();
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  ASSERT_EQ(report->damage.size(), 1u);
  EXPECT_THAT(report->damage[0].file, StartsWith("/copy/edn/"));
  EXPECT_EQ(files_.contents("/copy" + file().substr(5)), files_.contents(file()));
}

TEST_F(BackupTest, OnlyFilesOfTheStoreAreReadAndNotBeyondWhatIsCommitted) {
  fill();
  const auto ignore = [](std::string_view) { return ok_status(); };
  EXPECT_EQ(store_->read({"LOCK", 1}, 0, 1, ignore).code(), Code::not_found);
  EXPECT_EQ(store_->read({"../data/store.edn", 1}, 0, 1, ignore).code(), Code::not_found);
  EXPECT_EQ(store_->read({"store.edn", 1}, 0, 5000, ignore).code(), Code::out_of_range);
  EXPECT_EQ(store_->read({"store.edn", 1}, 5, 4, ignore).code(), Code::out_of_range);
}

// A plan from elsewhere that would write beside the target.
class BadSource final : public BackupSource {
 public:
  Result<BackupPlan> plan() override { return BackupPlan{{{"../evil", 0}}, 0}; }
  Status read(const BackupFile&, uint64_t, uint64_t, const TakeBytes&) override {
    return ok_status();
  }
};
TEST_F(BackupTest, APathThatLeadsOutOfTheTargetIsRefused) {
  BadSource source;
  BackupOptions options;
  options.dir = "/copy";
  options.file_system = &files_;
  EXPECT_EQ(write_backup(source, options).status().code(), Code::data_loss);
  EXPECT_THAT(outside(), Not(Contains("/evil")));
}

// Acknowledged before the backup began: in it, wherever the power goes meanwhile. Under the final
// name there is a whole backup or none.
TEST_F(BackupTest, ACrashLeavesAWholeBackupOrNone) {
  fill();
  const std::vector<int64_t> expected = numbers(all());
  bool finished = false;
  for (uint64_t calls = 0; !finished; ++calls) {
    SCOPED_TRACE(calls);
    ASSERT_LT(calls, 1000u);
    const std::string dir = "/copy" + std::to_string(calls);
    close();
    open();
    files_.crash_after(calls);
    finished = back_up(dir).ok() && !files_.crashed();
    files_.crash();
    close();
    files_.restart(false);
    auto copy =
        ReadOnlyStore::open({.dir = dir, .clock = &clock_, .file_system = &files_, .progress = {}});
    ASSERT_TRUE(copy.ok() || !finished) << copy.status().to_string();
    if (copy.ok()) {
      EXPECT_EQ(numbers(read_all(**copy)), expected);
    }
    copy = not_found("closed");
    open();
  }
}

}  // namespace
}  // namespace clogs::store
