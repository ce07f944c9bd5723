#include "core/queue/spool.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/queue/spool_format.h"
#include "core/queue/testing/fault_file_system.h"
#include "core/queue/testing/temp_directory.h"

namespace clogs::queue {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

SpoolOptions options_in(const std::string& directory) {
  SpoolOptions options;
  options.directory = directory;
  options.service = "shop";
  return options;
}

std::unique_ptr<Spool> open_in(const std::string& directory,
                               FileSystem& files = posix_file_system()) {
  auto spool = Spool::open(options_in(directory), files);
  EXPECT_TRUE(spool.ok()) << spool.status().to_string();
  return spool.ok() ? std::move(*spool) : nullptr;
}

std::string body_of(uint64_t sequence, size_t size = 100) {
  return std::to_string(sequence) + std::string(size, static_cast<char>('a' + sequence % 26));
}

SpoolPosition append(Spool& spool, uint64_t sequence, size_t size = 100) {
  auto position = spool.append({"p", sequence}, 10, body_of(sequence, size));
  EXPECT_TRUE(position.ok()) << position.status().to_string();
  return position.ok() ? *position : SpoolPosition{};
}

std::vector<SpooledBatch> read_all(Spool& spool) {
  std::vector<SpooledBatch> all;
  std::optional<SpoolPosition> after;
  while (true) {
    auto batch = spool.next(after);
    EXPECT_TRUE(batch.ok()) << batch.status().to_string();
    if (!batch.ok() || !batch->has_value()) return all;
    after = (*batch)->position;
    all.push_back(std::move(**batch));
  }
}
std::vector<uint64_t> sequences(Spool& spool) {
  std::vector<uint64_t> all;
  for (const SpooledBatch& batch : read_all(spool)) all.push_back(batch.id.sequence);
  return all;
}

std::vector<std::string> files_in(const std::string& directory, const std::string& end) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().string().ends_with(end)) paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

void flip(const std::string& path, uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(byte);
}

TEST(Spool, ReadsBackInOrderWhatWasAppended) {
  TempDirectory dir;
  auto spool = open_in(dir.path());
  for (uint64_t i = 1; i <= 3; ++i) append(*spool, i);
  std::vector<SpooledBatch> all = read_all(*spool);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].id.producer, "p");
  EXPECT_EQ(all[2].id.sequence, 3U);
  EXPECT_EQ(all[2].records, 10U);
  EXPECT_EQ(all[2].body, body_of(3));
  EXPECT_GT(all[2].written_nanos, 0);
  EXPECT_EQ(spool->stats().batches, 3U);
  EXPECT_EQ(spool->stats().records, 30U);
}

TEST(Spool, RemovingTwiceOrWhatIsGoneChangesNothing) {
  TempDirectory dir;
  auto spool = open_in(dir.path());
  append(*spool, 1);
  SpoolPosition second = append(*spool, 2);
  spool->remove(second);
  spool->remove(second);
  spool->remove({77, 0});
  spool->remove({second.segment, second.offset + 1});
  EXPECT_THAT(sequences(*spool), ElementsAre(1));
  EXPECT_EQ(spool->stats().records, 10U);
}

TEST(Spool, DeletesASegmentWithoutWaitingBatchesAndItsFolderAtTheEnd) {
  TempDirectory dir;
  SpoolOptions options = options_in(dir.path());
  options.segment_bytes = 1000;
  auto spool = Spool::open(options);
  ASSERT_TRUE(spool.ok());
  std::vector<SpoolPosition> all;
  for (uint64_t i = 0; i < 20; ++i) all.push_back(append(**spool, i));
  EXPECT_EQ(files_in(dir.path(), ".segment").size(), 4U);
  for (const SpoolPosition& position : all) (*spool)->remove(position);
  EXPECT_EQ(files_in(dir.path(), ".segment").size(), 1U);
  spool->reset();
  EXPECT_TRUE(fs::is_empty(dir.path()));
}

TEST(Spool, MakesEverythingForTheOwnerOnly) {
  TempDirectory dir;
  auto spool = open_in(dir.path() + "/a/b");
  append(*spool, 1);
  for (const auto& entry : fs::recursive_directory_iterator(dir.path())) {
    EXPECT_EQ(entry.status().permissions() & fs::perms(077), fs::perms::none) << entry.path();
  }
}

TEST(Spool, AdoptsTheBatchesOfADeadOwnerFirstWithTheirIds) {
  TempDirectory dir;
  {
    auto dead = open_in(dir.path());
    SpoolPosition first = append(*dead, 7);
    append(*dead, 8);
    const SpoolPosition ninth = append(*dead, 9);
    EXPECT_TRUE(dead->mark_sent(ninth, "first:9090").ok());
    EXPECT_TRUE(dead->mark_sent(ninth, "second:9090").ok());
    dead->remove(first);
  }
  auto spool = open_in(dir.path());
  ASSERT_TRUE(spool->append({"q", 1}, 1, "own").ok());
  std::vector<SpooledBatch> all = read_all(*spool);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].id.producer, "p");
  EXPECT_EQ(all[0].id.sequence, 8U);
  EXPECT_FALSE(all[0].maybe_sent);
  EXPECT_EQ(all[0].endpoint, 0U);
  EXPECT_TRUE(all[1].maybe_sent);
  EXPECT_EQ(all[1].endpoint, endpoint_tag("second:9090")) << "where it was sent last";
  EXPECT_NE(all[1].endpoint, endpoint_tag("first:9090"));
  EXPECT_EQ(all[2].id.producer, "q");
  EXPECT_EQ(spool->stats().adopted_batches, 2U);
  for (const SpooledBatch& batch : all) spool->remove(batch.position);
  EXPECT_THAT(sequences(*spool), IsEmpty());
  spool.reset();
  EXPECT_TRUE(fs::is_empty(dir.path()));
}

TEST(Spool, LeavesTheBatchesOfALivingOwnerAndOfOtherServices) {
  TempDirectory dir;
  auto living = open_in(dir.path());
  append(*living, 1);
  {
    SpoolOptions other = options_in(dir.path());
    other.service = "bank";
    auto bank = Spool::open(other);
    ASSERT_TRUE(bank.ok());
    append(**bank, 2);
  }
  auto spool = open_in(dir.path());
  EXPECT_THAT(sequences(*spool), IsEmpty());
  EXPECT_THAT(sequences(*living), ElementsAre(1));
}

TEST(Spool, DropsTheOldestSegmentBeyondItsSizeAndCountsItsRecords) {
  TempDirectory dir;
  SpoolOptions options = options_in(dir.path());
  options.max_bytes = 16'000;
  auto spool = Spool::open(options);
  ASSERT_TRUE(spool.ok());
  for (uint64_t i = 0; i < 100; ++i) {
    append(**spool, i, 400);
    EXPECT_LE((*spool)->stats().bytes, options.max_bytes);
  }
  std::vector<uint64_t> left = sequences(**spool);
  EXPECT_GE(left.size(), 20U);
  EXPECT_EQ(left.back(), 99U);
  EXPECT_EQ((*spool)->stats().dropped_records, (100 - left.size()) * 10);
}

TEST(Spool, RefusesABatchThatNeverFits) {
  TempDirectory dir;
  SpoolOptions options = options_in(dir.path());
  options.max_bytes = 4096;
  auto spool = Spool::open(options);
  ASSERT_TRUE(spool.ok());
  append(**spool, 1);
  EXPECT_EQ((*spool)->append({"p", 2}, 1, std::string(5000, 'x')).status().code(),
            Code::out_of_range);
  EXPECT_THAT(sequences(**spool), ElementsAre(1));
}

TEST(Spool, FailsClearlyWhereItMayNotOrCannotWrite) {
  EXPECT_EQ(Spool::open(options_in("")).status().code(), Code::invalid_argument);
  EXPECT_EQ(Spool::open(options_in("/proc/clogs")).status().ok(), false);
  TempDirectory dir;
  FaultFileSystem files;
  files.fail(0, EACCES);
  EXPECT_EQ(Spool::open(options_in(dir.path() + "/x"), files).status().code(),
            Code::permission_denied);
  files.fail(0, EROFS);
  EXPECT_FALSE(Spool::open(options_in(dir.path() + "/x"), files).ok());
}

// After each possible failing call: what append() took is there, what it refused is not.
TEST(Spool, AFullDiskAtAnyCallLosesNothingAndDoublesNothing) {
  for (uint64_t call = 0; call < 40; ++call) {
    for (uint64_t failures : {1, 2, 1000}) {
      SCOPED_TRACE(testing::Message() << call << " " << failures);
      TempDirectory dir;
      FaultFileSystem files;
      SpoolOptions options = options_in(dir.path());
      options.segment_bytes = 700;
      options.sync = true;
      std::vector<uint64_t> taken;
      {
        auto spool = Spool::open(options, files);
        ASSERT_TRUE(spool.ok());
        files.fail(call, ENOSPC, failures);
        for (uint64_t i = 1; i <= 12; ++i) {
          auto position = (*spool)->append({"p", i}, 10, body_of(i));
          if (position.ok()) taken.push_back(i);
          EXPECT_EQ(position.status().code(), position.ok() ? Code::ok : Code::unavailable);
        }
        EXPECT_EQ(sequences(**spool), taken);
        EXPECT_EQ((*spool)->stats().batches, taken.size());
        files.fail(0, 0, 0);
      }
      auto again = open_in(dir.path());
      std::vector<uint64_t> found = sequences(*again);
      // Where nothing at all can be written, what was refused may be found, with its id.
      if (failures < 3) {
        EXPECT_EQ(found, taken);
      }
      EXPECT_TRUE(std::ranges::includes(found, taken));
    }
  }
}

TEST(Spool, PassesOverDamageAnywhereAndCountsIt) {
  TempDirectory origin;
  {
    auto spool = open_in(origin.path());
    for (uint64_t i = 0; i < 5; ++i) append(*spool, i, 60);
  }
  const std::string path = files_in(origin.path(), ".segment").at(0);
  const uint64_t size = fs::file_size(path);
  for (uint64_t at = 0; at < size; ++at) {
    SCOPED_TRACE(at);
    TempDirectory dir;
    fs::copy(origin.path(), dir.path(), fs::copy_options::recursive);
    flip(files_in(dir.path(), ".segment").at(0), at);
    auto spool = open_in(dir.path());
    std::vector<uint64_t> left = sequences(*spool);
    const uint64_t head = segment_head_bytes_min + 4 + 1;
    if (at < head) {
      EXPECT_THAT(left, IsEmpty());
      // Bytes 8 to 11 are the version: a newer one is left for those who know it.
      const bool newer = at >= 8 && at < 12;
      EXPECT_EQ(spool->stats().damaged_bytes, newer ? 0 : size);
      continue;
    }
    const uint64_t within = (at - head) % (batch_head_bytes + 61);
    if (within >= batch_state_offset && within < 8) {
      EXPECT_EQ(left.size(), 5U);  // the state, at worst sent again
      continue;
    }
    EXPECT_EQ(left.size(), 4U);
    EXPECT_EQ(std::ranges::count(left, (at - head) / (batch_head_bytes + 61)), 0);
    EXPECT_EQ(spool->stats().damaged_bytes, batch_head_bytes + 61);
    EXPECT_EQ(spool->stats().batches, 4U);
  }
}

TEST(Spool, CutsATornEndAnywhere) {
  TempDirectory origin;
  {
    auto spool = open_in(origin.path());
    for (uint64_t i = 0; i < 3; ++i) append(*spool, i, 60);
  }
  const uint64_t head = segment_head_bytes_min + 4 + 1;
  const uint64_t frame = batch_head_bytes + 61;
  for (uint64_t size = head; size < head + 3 * frame; ++size) {
    SCOPED_TRACE(size);
    TempDirectory dir;
    fs::copy(origin.path(), dir.path(), fs::copy_options::recursive);
    fs::resize_file(files_in(dir.path(), ".segment").at(0), size);
    auto spool = open_in(dir.path());
    EXPECT_EQ(sequences(*spool).size(), (size - head) / frame);
    EXPECT_EQ(spool->stats().damaged_bytes, 0U);
  }
}

// A copy of a batch inside a record, behind damage, is not taken for one.
TEST(Spool, DoesNotTakeABodyThatLooksLikeABatchForOne) {
  TempDirectory dir;
  {
    auto spool = open_in(dir.path());
    append(*spool, 1);
    std::ifstream file(files_in(dir.path(), ".segment").at(0), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ASSERT_TRUE(spool->append({"p", 2}, 1, bytes).ok());
    append(*spool, 3);
  }
  flip(files_in(dir.path(), ".segment").at(0),
       segment_head_bytes_min + 5 + batch_head_bytes + 101 + 9);  // the length of batch 2
  auto spool = open_in(dir.path());
  EXPECT_THAT(sequences(*spool), ElementsAre(1, 3));
}

TEST(Spool, AForkedChildTouchesNothingOfItsParent) {
  TempDirectory dir;
  auto spool = open_in(dir.path());
  SpoolPosition position = append(*spool, 1);
  pid_t child = ::fork();
  if (child == 0) {
    bool right = !spool->append({"p", 2}, 1, "x").ok() && !spool->next({}).ok();
    spool->remove(position);
    spool.reset();
    auto own = Spool::open(options_in(dir.path()));
    right = right && own.ok() && (*own)->stats().batches == 0;
    own->reset();
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_THAT(sequences(*spool), ElementsAre(1));
  EXPECT_THAT(sequences(*open_in(dir.path())), IsEmpty());  // still locked
}

void compare_one_history(uint64_t seed) {
  std::mt19937_64 random(seed);
  TempDirectory dir;
  SpoolOptions options = options_in(dir.path());
  options.segment_bytes = 200 + random() % 2000;
  auto spool = Spool::open(options);
  ASSERT_TRUE(spool.ok());
  std::map<uint64_t, SpoolPosition> waiting;  // by sequence
  uint64_t sequence = 0;
  for (int step = 0; step < 30; ++step) {
    const uint64_t what = random() % 10;
    if (what < 6) {
      ++sequence;
      waiting[sequence] = append(**spool, sequence, random() % 500);
    } else if (what < 9 && !waiting.empty()) {
      auto one = std::next(waiting.begin(), static_cast<long>(random() % waiting.size()));
      (*spool)->remove(one->second);
      waiting.erase(one);
    } else if (what == 9) {
      spool->reset();
      spool = Spool::open(options);
      ASSERT_TRUE(spool.ok());
      for (const SpooledBatch& batch : read_all(**spool)) {
        waiting[batch.id.sequence] = batch.position;
      }
    }
    std::vector<uint64_t> expected;
    for (const auto& [number, position] : waiting) expected.push_back(number);
    ASSERT_EQ(sequences(**spool), expected);
    ASSERT_EQ((*spool)->stats().batches, expected.size());
  }
}

TEST(Spool, DoesWhatASimpleMapDoesAlsoOverRestarts) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    compare_one_history(seed);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace clogs::queue
