// A real full disk: a small tmpfs in a mount namespace of the test's own. Where mounting is not
// permitted these tests show only that; store_fault_test has the same on the simulated disk.
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "server/store/store_test_support.h"

namespace clogs::store {
namespace {

using ::testing::IsEmpty;

// Mounts 16 MiB at `path` for this process and its threads to come.
bool mount_small_disk(const std::string& path) {
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return ::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=16m") == 0;
}

TEST(FullDisk, SixteenMebibytesAreFilledRefusedAndFreed) {
  TempDir temp;
  if (!mount_small_disk(temp.path())) {
    EXPECT_EQ(errno, EPERM) << "a small disk cannot be mounted for another reason than rights";
    return;
  }
  std::string ballast = temp / "ballast";
  std::ofstream(ballast) << std::string(size_t{4} << 20, 'x');
  StoreOptions options;
  options.dir = temp / "data";
  std::vector<int64_t> stored;
  {
    auto store = Store::open(options);
    ASSERT_TRUE(store.ok()) << store.status().to_string();
    int64_t next = 0;
    Status refusal;
    while (refusal.ok()) {
      refusal = append(**store, batch_of(next, 5000)).status();
      for (int64_t i = 0; i < 5000 && refusal.ok(); ++i) stored.push_back(next + i);
      next += 5000;
    }
    EXPECT_EQ(refusal.code(), Code::unavailable) << refusal.to_string();
    EXPECT_EQ((*store)->stats().state, StoreState::refusing);
    EXPECT_EQ(numbers(read_all(**store)), stored) << "reads go on, and nothing refused is seen";
    std::filesystem::remove(ballast);
    ASSERT_TRUE(append(**store, batch_of(next, 5000)).ok());
    for (int64_t i = 0; i < 5000; ++i) stored.push_back(next + i);
    EXPECT_EQ((*store)->stats().state, StoreState::running);
  }
  auto store = Store::open(options);
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  EXPECT_THAT((*store)->opened().torn, IsEmpty());
  EXPECT_THAT((*store)->opened().damage, IsEmpty());
  EXPECT_EQ(numbers(read_all(**store)), stored);
}

TEST(FullDisk, NoStoreIsBegunWhereThereIsNoRoom) {
  TempDir temp;
  if (!mount_small_disk(temp.path())) {
    EXPECT_EQ(errno, EPERM) << "a small disk cannot be mounted for another reason than rights";
    return;
  }
  std::ofstream(temp / "ballast") << std::string(size_t{17} << 20, 'x');
  StoreOptions options;
  options.dir = temp / "data";
  EXPECT_EQ(Store::open(options).status().code(), Code::unavailable);
  EXPECT_FALSE(std::filesystem::exists(options.dir));
}

TEST(FullDisk, DirectoryThatCannotBeWrittenIsRefused) {
  TempDir temp;
  if (!mount_small_disk(temp.path())) {
    EXPECT_EQ(errno, EPERM) << "a small disk cannot be mounted for another reason than rights";
    return;
  }
  ASSERT_EQ(::mount("none", temp.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  StoreOptions options;
  options.dir = temp.path();
  EXPECT_EQ(Store::open(options).status().code(), Code::permission_denied);
  options.dir = temp / "data";
  EXPECT_EQ(Store::open(options).status().code(), Code::permission_denied);
}

}  // namespace
}  // namespace clogs::store
