#include "server/store/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/read_only_store.h"
#include "server/store/store_test_support.h"
#include "server/store/verify.h"

namespace clogs::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Three frames of one record each: {:n 1}, {:n 2}, {:n 3}.
class RecoveryTest : public StoreFixture {
 protected:
  RecoveryTest() {
    open();
    for (int i = 1; i <= 3; ++i) {
      EXPECT_TRUE(append(*store_, batch_of(i, 1, "p", static_cast<uint64_t>(i))).ok());
    }
    close();
    text_ = files_.contents(file());
  }
  size_t frame_at(int n) const { return text_.rfind("#clogs/frame", text_.find(line_of(n))); }
  void flip(size_t at) {
    char other = static_cast<char>(text_[at] ^ 1);
    files_.overwrite(file(), at, {&other, 1});
  }
  VerifyReport check() {
    auto report = verify({.dir = options_.dir, .file_system = &files_});
    EXPECT_TRUE(report.ok()) << report.status().to_string();
    return report.ok() ? *report : VerifyReport();
  }

  std::string text_;
};

TEST_F(RecoveryTest, WholeFilesAreGood) {
  VerifyReport report = check();
  EXPECT_TRUE(report.good());
  EXPECT_EQ(report.frames, 3u);
  EXPECT_EQ(report.records, 3u);
  EXPECT_EQ(report.bytes, text_.size());
  open();
  EXPECT_THAT(store_->opened().damage, IsEmpty());
  EXPECT_THAT(store_->opened().torn, IsEmpty());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3));
}

TEST_F(RecoveryTest, TornTailIsCutAtEveryByte) {
  size_t last = frame_at(3);
  for (size_t size = last; size < text_.size(); ++size) {
    files_.resize(file(), 0);
    files_.overwrite(file(), 0, std::string_view(text_).substr(0, size));
    EXPECT_TRUE(check().good()) << size;
    open();
    ASSERT_THAT(numbers(all()), ElementsAre(1, 2)) << size;
    ASSERT_THAT(store_->opened().damage, IsEmpty());
    ASSERT_THAT(store_->opened().torn, SizeIs(size > last ? 1 : 0));
    if (size > last) {
      const TornTail& torn = store_->opened().torn.front();
      EXPECT_EQ(torn.file, file());
      EXPECT_EQ(torn.offset, last);
      EXPECT_EQ(files_.contents(torn.saved_as), text_.substr(last, size - last));
    }
    ASSERT_TRUE(append(*store_, batch_of(4)).ok());
    ASSERT_THAT(numbers(all()), ElementsAre(1, 2, 4));
    close();
    EXPECT_TRUE(check().good());
  }
}

TEST_F(RecoveryTest, PaddingIsNotATornTail) {
  files_.overwrite(file(), text_.size(), std::string(100'000, '\n'));
  EXPECT_TRUE(check().good());
  open();
  EXPECT_THAT(store_->opened().torn, IsEmpty());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3));
  EXPECT_EQ(files_.contents(file()), text_);
}

TEST_F(RecoveryTest, ZerosOfAnUnwrittenTailAreCutAndNotKept) {
  files_.overwrite(file(), text_.size(), std::string(5000, '\0'));
  open();
  ASSERT_THAT(store_->opened().torn, SizeIs(1));
  EXPECT_EQ(store_->opened().torn.front().saved_as, "");
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3));
}

TEST_F(RecoveryTest, EveryFlippedBitInTheMiddleIsFoundAndLeftInPlace) {
  size_t first = frame_at(2);
  size_t end = frame_at(3);
  for (size_t at = first; at < end; ++at) {
    files_.overwrite(file(), 0, text_);
    flip(at);
    std::string damaged = files_.contents(file());
    VerifyReport report = check();
    ASSERT_THAT(report.damage, SizeIs(1)) << at;
    EXPECT_EQ(report.damage[0].file, file());
    EXPECT_EQ(report.damage[0].offset, first);
    open();
    ASSERT_THAT(store_->opened().damage, SizeIs(1)) << at;
    Everything seen = all();
    ASSERT_THAT(numbers(seen), ElementsAre(1, 3)) << at;
    ASSERT_THAT(seen.damage, SizeIs(1));
    close();
    EXPECT_EQ(files_.contents(file()), damaged);
  }
}

TEST_F(RecoveryTest, DamagedFrameOfAnAcknowledgedBatchIsNotStoredTwice) {
  flip(text_.find(line_of(2)) + 1);
  open();
  auto again = append(*store_, batch_of(2, 1, "p", 2));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->duplicate);
}

TEST_F(RecoveryTest, DamagedFileLineLosesNothing) {
  flip(3);
  EXPECT_FALSE(check().good());
  open();
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3));
  EXPECT_EQ(all().records[0].id.store, 0xab12);
  EXPECT_THAT(all().damage, SizeIs(1));
}

TEST_F(RecoveryTest, LostPageOfNewlinesInTheMiddleIsDamage) {
  size_t from = frame_at(2);
  files_.overwrite(file(), from, std::string(frame_at(3) - from, '\n'));
  open();
  EXPECT_THAT(numbers(all()), ElementsAre(1, 3));
  EXPECT_THAT(all().damage, SizeIs(1));
}

TEST_F(RecoveryTest, FrameOfAnOlderFileBehindTheEndIsNotTaken) {
  size_t from = frame_at(1);
  files_.overwrite(file(), text_.size(), text_.substr(from, frame_at(2) - from));
  open();
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3));
  EXPECT_THAT(store_->opened().torn, SizeIs(1));
}

TEST_F(RecoveryTest, FileNotYetBegunIsRemovedAndTheOneBeforeGoesOn) {
  for (std::string_view left : {"", "#clogs/file {:v", "\n\n\n"}) {
    auto created = files_.open(file("2026-11-23", 2), OpenMode::create);
    ASSERT_TRUE(created.ok());
    files_.overwrite(file("2026-11-23", 2), 0, left);
    open();
    EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3)) << left;
    EXPECT_THAT(files_.paths(), ::testing::Not(::testing::Contains(file("2026-11-23", 2))));
    auto again = append(*store_, batch_of(3, 1, "p", 3));
    EXPECT_TRUE(again.ok() && again->duplicate);
    close();
  }
  open();
  ASSERT_TRUE(append(*store_, batch_of(4)).ok());
  EXPECT_EQ(all().files, 1u);
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3, 4));
}

TEST_F(RecoveryTest, TornTailThatCannotBeKeptIsNotCut) {
  files_.overwrite(file(), text_.size(), "#clogs/frame {:time 17");
  files_.set_capacity(0);
  open();
  ASSERT_THAT(store_->opened().damage, SizeIs(1));
  EXPECT_THAT(files_.contents(file()), ::testing::EndsWith("{:time 17"));
  files_.set_capacity(uint64_t{8} << 20);
  ASSERT_TRUE(append(*store_, batch_of(4)).ok());
  EXPECT_THAT(numbers(all()), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(all().files, 2u) << "the damaged file is not written again";
}

TEST_F(RecoveryTest, WindowIsReadFromFilesOfTheLastDay) {
  clock_.advance(23 * test_hour);
  open();
  ASSERT_TRUE(append(*store_, batch_of(9)).ok());
  auto again = append(*store_, batch_of(2, 1, "p", 2));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->duplicate);
  close();
  clock_.advance(48 * test_hour);
  open();
  EXPECT_FALSE(append(*store_, batch_of(2, 1, "p", 2))->duplicate);
}

TEST_F(RecoveryTest, ProgressReachesTheEnd) {
  OpenProgress last;
  options_.progress = [&](const OpenProgress& progress) { last = progress; };
  open();
  EXPECT_EQ(last.files_done, 1u);
  EXPECT_EQ(last.files, 1u);
  EXPECT_GT(last.bytes_done, 0u);
  EXPECT_LE(last.bytes_done, last.bytes);
}

TEST_F(RecoveryTest, NewerFileIsRefused) {
  std::string line = print_file_line({file_version_max + 1, 1, "default", "2026-11-23", 1});
  files_.overwrite(file(), 0, line);
  EXPECT_EQ(Store::open(options_).status().code(), Code::unimplemented);
}

TEST_F(RecoveryTest, ReadOnlyLeavesATornTailAlone) {
  files_.overwrite(file(), text_.size(), "#clogs/frame {:time 17");
  auto store = ReadOnlyStore::open({.dir = options_.dir, .file_system = &files_});
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  EXPECT_THAT((*store)->torn(), SizeIs(1));
  EXPECT_THAT((*store)->tenants(), ElementsAre("default"));
  Everything seen = read_all(**store);
  EXPECT_THAT(numbers(seen), ElementsAre(1, 2, 3));
  EXPECT_THAT(seen.damage, IsEmpty());
  EXPECT_THAT(files_.contents(file()), ::testing::EndsWith("{:time 17"));
}

TEST_F(RecoveryTest, VerifyAndReadersAreRefusedWhileAServerRuns) {
  open();
  auto report = verify({.dir = options_.dir, .file_system = &files_});
  EXPECT_EQ(report.status().code(), Code::aborted);
  auto reader = ReadOnlyStore::open({.dir = options_.dir, .file_system = &files_});
  EXPECT_EQ(reader.status().code(), Code::aborted);
}

TEST_F(RecoveryTest, VerifyNamesMisplacedAndStrangeFiles) {
  ASSERT_TRUE(files_.open(file("2026-11-23", 2), OpenMode::create).ok());
  files_.overwrite(file("2026-11-23", 2), 0, text_);
  ASSERT_TRUE(files_.open(file() + ".bak", OpenMode::create).ok());
  VerifyReport report = check();
  ASSERT_THAT(report.damage, SizeIs(1));
  EXPECT_THAT(report.damage[0].reason, HasSubstr("names another file"));
  EXPECT_THAT(report.strange, ElementsAre(file() + ".bak"));
}

}  // namespace
}  // namespace clogs::store
