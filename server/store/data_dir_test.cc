#include "server/store/data_dir.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "server/store/store_test_support.h"

namespace clogs::store {
namespace {

void write_file(const std::string& path, std::string_view text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}
std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}
Result<DataDir> open_at(const std::string& path) {
  return open_data_dir(posix_file_system(), path, test_noon, 0xab12);
}

TEST(DataDir, IsMadeWithItsParentsAndKeepsItsIdentity) {
  TempDir temp;
  std::string path = temp / "a/b";
  {
    auto dir = open_at(path);
    ASSERT_TRUE(dir.ok()) << dir.status().to_string();
    EXPECT_EQ(dir->store_id, 0xab12);
    EXPECT_EQ(read_file(path + "/store.edn"),
              "{:format 1 :store \"ab12\" :created #inst \"2026-11-23T12:00:00Z\"}\n");
    EXPECT_EQ(read_file(path + "/LOCK"), std::to_string(::getpid()) + "\n");
  }
  auto again = open_data_dir(posix_file_system(), path, test_noon, 0x1111);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->store_id, 0xab12);
}

TEST(DataDir, SecondHolderIsRefusedWithTheProcess) {
  TempDir temp;
  auto first = open_at(temp / "d");
  ASSERT_TRUE(first.ok());
  auto second = open_at(temp / "d");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), Code::aborted);
  EXPECT_NE(second.status().message().find("in use by process " + std::to_string(::getpid())),
            std::string::npos)
      << second.status().message();
  auto reader = open_data_dir_for_reading(posix_file_system(), temp / "d");
  EXPECT_EQ(reader.status().code(), Code::aborted);
}

TEST(DataDir, ReadersShareAndKeepWritersOut) {
  TempDir temp;
  {
    ASSERT_TRUE(open_at(temp / "d").ok());
  }
  auto one = open_data_dir_for_reading(posix_file_system(), temp / "d");
  auto two = open_data_dir_for_reading(posix_file_system(), temp / "d");
  EXPECT_TRUE(one.ok());
  EXPECT_TRUE(two.ok());
  EXPECT_EQ(open_at(temp / "d").status().code(), Code::aborted);
}

TEST(DataDir, ForeignDirectoryIsRefusedAndNotTouched) {
  TempDir temp;
  write_file(temp / "thesis.txt", "x");
  auto dir = open_at(temp.path());
  EXPECT_EQ(dir.status().code(), Code::failed_precondition);
  EXPECT_NE(dir.status().message().find("not a Clogs data directory"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(temp / "LOCK"));
  EXPECT_FALSE(std::filesystem::exists(temp / "store.edn"));
}

TEST(DataDir, WhatACrashWhileMakingItLeavesIsTakenUp) {
  TempDir temp;
  write_file(temp / "LOCK", "1\n");
  write_file(temp / "store.edn.new", "{:for");
  EXPECT_TRUE(open_at(temp.path()).ok());
  EXPECT_FALSE(std::filesystem::exists(temp / "store.edn.new"));
}

TEST(DataDir, NewerFormatIsRefused) {
  TempDir temp;
  write_file(temp / "store.edn", "{:format 3 :store \"ab12\"}");
  auto dir = open_at(temp.path());
  EXPECT_EQ(dir.status().code(), Code::unimplemented);
  EXPECT_NE(dir.status().message().find("newer Clogs (format 3"), std::string::npos);
}

TEST(DataDir, UnreadableIdentityIsRefused) {
  for (std::string_view text :
       {"", "nonsense", "{:store \"ab12\"}", "{:format 1}", "{:format 1 :store \"xyz\"}"}) {
    TempDir temp;
    write_file(temp / "store.edn", text);
    EXPECT_EQ(open_at(temp.path()).status().code(), Code::failed_precondition) << text;
  }
}

TEST(DataDir, FileInPlaceOfTheDirectoryIsRefused) {
  TempDir temp;
  write_file(temp / "d", "x");
  EXPECT_FALSE(open_at(temp / "d").ok());
  EXPECT_FALSE(open_at(temp / "d/e").ok());
}

TEST(DataDir, FailedCreationLeavesNothing) {
  FaultFileSystem files(1);
  files.set_capacity(10);
  auto dir = open_data_dir(files, "/a/b", test_noon, 1);
  EXPECT_EQ(dir.status().code(), Code::unavailable) << dir.status().to_string();
  EXPECT_TRUE(files.list("/")->empty());
}

TEST(DataDir, EveryCrashDuringCreationIsRecoveredFrom) {
  for (uint64_t calls = 0; calls < 12; ++calls) {
    FaultFileSystem files(calls);
    files.crash_after(calls);
    (void)open_data_dir(files, "/data", test_noon, 7);
    files.restart(false);
    auto dir = open_data_dir(files, "/data", test_noon, 7);
    EXPECT_TRUE(dir.ok()) << calls << ": " << dir.status().to_string();
  }
}

TEST(DataDir, ReadingNeedsAStore) {
  TempDir temp;
  EXPECT_EQ(open_data_dir_for_reading(posix_file_system(), temp.path()).status().code(),
            Code::not_found);
  EXPECT_EQ(open_data_dir_for_reading(posix_file_system(), temp / "none").status().code(),
            Code::not_found);
}

TEST(DataDir, ListsFilesInOrderAndNamesStrangers) {
  TempDir temp;
  for (std::string_view name :
       {"edn/b/2026-11-23/000001.edn", "edn/a/2026-11-24/000001.edn",
        "edn/a/2026-11-23/1000000.edn", "edn/a/2026-11-23/999999.edn", "edn/a/2026-11-23/1.edn",
        "edn/a/2026-11-23/000001.edn.bak", "edn/a/notes/000001.edn", "edn/.hidden/x"}) {
    write_file(temp / name, "");
  }
  std::vector<std::string> strange;
  auto names = list_log_files(posix_file_system(), temp.path(), &strange);
  ASSERT_TRUE(names.ok());
  std::vector<std::string> paths;
  for (const FileName& name : *names) paths.push_back(file_path("D", name));
  EXPECT_EQ(paths, (std::vector<std::string>{
                       "D/edn/a/2026-11-23/999999.edn", "D/edn/a/2026-11-23/1000000.edn",
                       "D/edn/a/2026-11-24/000001.edn", "D/edn/b/2026-11-23/000001.edn"}));
  EXPECT_EQ(strange.size(), 4u);
}

TEST(DataDir, TenantNamesAreFolderNames) {
  for (std::string_view good : {"default", "a", "A-b_c.9"}) EXPECT_TRUE(is_tenant_name(good));
  for (std::string_view bad : {"", ".", "..", ".a", "a/b", "a b", "\xc3\xa4"}) {
    EXPECT_FALSE(is_tenant_name(bad)) << bad;
  }
  EXPECT_TRUE(is_tenant_name(std::string(128, 'a')));
  EXPECT_FALSE(is_tenant_name(std::string(129, 'a')));
}

}  // namespace
}  // namespace clogs::store
