#include "server/store/reindex.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/holes.h"
#include "server/store/store_test_support.h"
#include "server/store/verify.h"

namespace clogs::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

int64_t number_of(std::string_view line) { return std::stoll(std::string(line.substr(4))); }

// A deletion whose query is "{:n <divisor>}" concerns the records whose :n it divides.
class Divisible final : public DeletedLines {
 public:
  explicit Divisible(DeletionList list) : list_(std::move(list)) {}
  void find(const Block& block, std::vector<uint32_t>& positions) override {
    positions.clear();
    for_each_run(block.lines, [&](std::string_view run, uint32_t position) {
      for (; !run.empty(); ++position) {
        std::string_view line = run.substr(0, run.find('\n') + 1);
        run.remove_prefix(line.size());
        for (const Deletion& one : *list_) {
          if (block.first.received_nanos > one.time) continue;
          if (number_of(line) % number_of(one.query_edn) != 0) continue;
          positions.push_back(position);
          break;
        }
      }
    });
  }

 private:
  DeletionList list_;
};

class ReindexTest : public StoreFixture {
 protected:
  void record(int64_t divisor, uint64_t matched = 1) {
    Deletion deletion;
    deletion.tenant = "default";
    deletion.by = "local";
    deletion.matched = matched;
    deletion.query_edn = line_of(divisor);
    deletion.time = read_all(*store_).as_of;
    auto recorded = store_->record_deletion(deletion);
    ASSERT_TRUE(recorded.ok()) << recorded.status().to_string();
  }

  Result<ReindexReport> reindex() {
    ReindexOptions options;
    options.dir = options_.dir;
    options.clock = &clock_;
    options.file_system = &files_;
    options.compile = [](const DeletionList& list, std::string_view) {
      return Result<std::unique_ptr<DeletedLines>>(std::make_unique<Divisible>(list));
    };
    return store::reindex(options);
  }

  // Records 0 to 29 in frames of different sizes, two streams and files, some with batch ids; then
  // those that 3 and those that 7 divide are deleted, then 30 comes.
  void fill() {
    options_.roll_bytes = 1200;
    open();
    uint64_t sequence = 1;
    for (int64_t first = 0; first < 30; ++sequence) {
      auto count = static_cast<uint32_t>(1 + first % 4);
      ingest::Batch batch = batch_of(first, count, "web", sequence);
      if (sequence % 3 == 0) batch.stream = "audit";
      ASSERT_TRUE(append(*store_, batch).ok());
      first += count;
      last_number_ = first - 1;
      clock_.advance(1000);
    }
    last_sequence_ = sequence - 1;
    record(3);
    record(7);
    clock_.advance(1000);
    ASSERT_TRUE(append(*store_, batch_of(900)).ok());
  }

  // What has to be left of `all`: lines and ids alike.
  static std::vector<std::pair<record::Id, std::string>> kept(const Everything& all) {
    std::vector<std::pair<record::Id, std::string>> left;
    for (const StoredRecord& one : all.records) {
      const int64_t n = number_of(one.line);
      if (n != 900 && (n % 3 == 0 || n % 7 == 0)) continue;
      left.emplace_back(one.id, one.line);
    }
    return left;
  }
  static std::vector<std::pair<record::Id, std::string>> pairs(const Everything& all) {
    std::vector<std::pair<record::Id, std::string>> list;
    for (const StoredRecord& one : all.records) list.emplace_back(one.id, one.line);
    return list;
  }

  int64_t last_number_ = 0;
  uint64_t last_sequence_ = 0;
};

TEST_F(ReindexTest, DeletedRecordsAreGoneFromTheFilesAndTheOthersKeepTheirIds) {
  fill();
  const auto expected = kept(all());
  close();
  auto report = reindex();
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  EXPECT_GT(report->rewritten, 1u);
  EXPECT_THAT(report->applied, ElementsAre(1, 2));
  EXPECT_EQ(report->removed, 14u);
  for (const std::string& path : files_.paths()) {
    if (!path.starts_with("/data/edn")) continue;
    const std::string text = files_.contents(path);
    EXPECT_THAT(text, Not(HasSubstr("\n{:n 3}\n"))) << path;
    EXPECT_THAT(text, Not(HasSubstr("\n{:n 21}\n"))) << path;
  }
  open();
  EXPECT_EQ(pairs(all()), expected);
  EXPECT_TRUE(all().damage.empty());
  auto source = store_->open("default", INT64_MAX);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->deletions(), nullptr);
  close();
  auto verified = verify({.dir = "/data", .file_system = &files_, .progress = {}});
  ASSERT_TRUE(verified.ok());
  EXPECT_TRUE(verified->good());
  EXPECT_EQ(verified->records, expected.size());
  EXPECT_THAT(verified->strange, ElementsAre());
}

TEST_F(ReindexTest, RepeatedBatchesAreStillKnown) {
  fill();
  close();
  ASSERT_TRUE(reindex().ok());
  open();
  const size_t before = all().records.size();
  for (uint64_t sequence = 1; sequence <= last_sequence_; ++sequence) {
    auto again = append(*store_, batch_of(5000, 1, "web", sequence));
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->duplicate) << sequence;
  }
  EXPECT_EQ(all().records.size(), before);
}

TEST_F(ReindexTest, ASecondRunFindsNothingToDoAndLaterDeletionsCutFurther) {
  fill();
  close();
  ASSERT_TRUE(reindex().ok());
  auto again = reindex();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->rewritten, 0u);
  EXPECT_TRUE(again->applied.empty());
  open();
  auto expected = kept(all());
  std::erase_if(expected, [](const auto& one) { return number_of(one.second) % 2 == 0; });
  record(2);
  close();
  ASSERT_TRUE(reindex().ok());
  open();
  EXPECT_EQ(pairs(all()), expected);
  // And the file goes on.
  ASSERT_TRUE(append(*store_, batch_of(1001)).ok());
  EXPECT_EQ(all().records.back().line, "{:n 1001}");
}

TEST_F(ReindexTest, ADamagedFileIsLeftAndItsDeletionsStayInForce) {
  fill();
  close();
  const std::string path = file();
  const std::string before = files_.contents(path);
  files_.overwrite(path, before.find("{:n 1}") + 4, "9");
  const std::string damaged = files_.contents(path);
  auto report = reindex();
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  ASSERT_EQ(report->damage.size(), 1u);
  EXPECT_EQ(report->damage[0].file, path);
  EXPECT_TRUE(report->applied.empty());
  EXPECT_EQ(files_.contents(path), damaged);
}

TEST_F(ReindexTest, ADirectoryInUseOrMissingIsRefused) {
  fill();
  EXPECT_EQ(reindex().status().code(), Code::aborted);
  close();
  ReindexOptions options;
  options.dir = "/none";
  options.file_system = &files_;
  EXPECT_EQ(store::reindex(options).status().code(), Code::not_found);
}

TEST_F(ReindexTest, AFullDiskLeavesEverythingAsItWas) {
  fill();
  const auto expected = pairs(all());
  close();
  uint64_t used = 0;
  for (const std::string& one : files_.paths()) used += files_.contents(one).size();
  files_.set_capacity(used + 100);
  EXPECT_EQ(reindex().status().code(), Code::unavailable);
  files_.set_capacity(uint64_t{8} << 20);
  EXPECT_THAT(files_.paths(), Not(::testing::Contains("/data/reindex.edn.new")));
  open();
  EXPECT_EQ(pairs(all()), expected);
}

// The power goes at every call that changes something, in turn.
TEST_F(ReindexTest, ACrashAtAnyPointLosesAndDoublesNothing) {
  bool finished = false;
  for (uint64_t calls = 0; !finished; ++calls) {
    SCOPED_TRACE(calls);
    ASSERT_LT(calls, 1000u);
    store_.reset();
    options_.dir = "/data" + std::to_string(calls);
    fill();
    if (HasFatalFailure()) return;
    const auto expected = kept(all());
    close();
    files_.crash_after(calls);
    finished = reindex().ok() && !files_.crashed();
    files_.restart(calls % 2 == 1);
    open();
    EXPECT_EQ(kept(all()), expected);
    EXPECT_TRUE(all().damage.empty());
    close();
    auto report = reindex();
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    open();
    EXPECT_EQ(pairs(all()), expected);
    if (HasFailure()) return;
  }
}

TEST(Holes, StandForPositionsAndMergeWhereTheyMeet) {
  EXPECT_EQ(hole_at("#_3\n{:n 1}\n"), 3u);
  EXPECT_FALSE(hole_at("{:n 1}\n").has_value());
  EXPECT_FALSE(hole_at("#_0\n").has_value());
  EXPECT_FALSE(hole_at("#_x\n").has_value());
  std::vector<std::pair<std::string, uint32_t>> runs;
  for_each_run("#_2\n{:n 1}\n{:n 2}\n#_10\n#_1\n{:n 3}\n#_4\n",
               [&](std::string_view run, uint32_t position) { runs.emplace_back(run, position); });
  EXPECT_THAT(
      runs, ElementsAre(::testing::Pair("{:n 1}\n{:n 2}\n", 2u), ::testing::Pair("{:n 3}\n", 15u)));
  const Positions positions = count_positions("#_2\n{:n 1}\n#_4\n");
  EXPECT_EQ(positions.all, 7u);
  EXPECT_EQ(positions.removed, 6u);
}

}  // namespace
}  // namespace clogs::store
