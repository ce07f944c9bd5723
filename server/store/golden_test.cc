// Directories of every version of the format that was ever released must open. Those in golden were
// written once and never change; the last tests keep today's writer to them.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/read_only_store.h"
#include "server/store/reindex.h"
#include "server/store/store_test_support.h"
#include "server/store/verify.h"

namespace clogs::store {
namespace {

using ::testing::ElementsAre;

const std::string golden = std::string(CLOGS_SOURCE_DIR) + "/server/store/golden/";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What golden/v1 holds, written by today's code. The writer takes batches one by one here, so that
// nothing depends on timing.
void write_directory(const std::string& dir) {
  ManualClock clock(test_noon);
  StoreOptions options;
  options.dir = dir;
  options.clock = &clock;
  options.store_id = 0xab12;
  auto store = Store::open(options);
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  ASSERT_TRUE(append(**store, batch_of(1, 2)).ok());
  ingest::Batch batch = batch_of(3, 1, "web \"1\"", 17);
  batch.rejected_edn = "[{:index 1 :error \"not a map\"}]";
  ASSERT_TRUE(append(**store, batch).ok());
  batch = batch_of(4, 1, "web \"1\"", UINT64_MAX);
  batch.stream = "\xc3\xa4udit";
  batch.lines = "{:n 4 :clogs/id \"0000000000000001ab1200000000\"}\n";
  batch.has_meta = true;
  ASSERT_TRUE(append(**store, batch).ok());
  clock.advance(24 * test_hour);
  batch = batch_of(5);
  batch.tenant = "acme";
  ASSERT_TRUE(append(**store, batch).ok());
}

// Finds the record {:n 2}.
class Second final : public DeletedLines {
 public:
  void find(const Block& block, std::vector<uint32_t>& positions) override {
    positions.clear();
    if (block.lines.ends_with("\n{:n 2}\n")) positions.push_back(1);
  }
};

void delete_records(const std::string& dir, std::string_view query, int64_t time) {
  ManualClock clock(test_noon + 30 * test_hour);
  StoreOptions options;
  options.dir = dir;
  options.clock = &clock;
  auto store = Store::open(options);
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  Deletion deletion;
  deletion.time = time;
  deletion.tenant = "default";
  deletion.by = "ops \"1\"";
  deletion.matched = 1;
  deletion.query_edn = query;
  ASSERT_TRUE((*store)->record_deletion(deletion).ok());
}

// What golden/v2 holds beside that: a deletion that reindex has applied, and one in force.
void write_directory_with_deletions(const std::string& dir) {
  write_directory(dir);
  delete_records(dir, "{:where [:= :n 2]}", test_noon + 25 * test_hour);
  ManualClock clock(test_noon + 30 * test_hour);
  ReindexOptions options;
  options.dir = dir;
  options.clock = &clock;
  options.compile = [](const DeletionList&, std::string_view) {
    return Result<std::unique_ptr<DeletedLines>>(std::make_unique<Second>());
  };
  ASSERT_TRUE(reindex(options).ok());
  delete_records(dir, "{:from :audit :where :true}", test_noon + 26 * test_hour);
}

TEST(Golden, Version2Opens) {
  auto store = ReadOnlyStore::open({.dir = golden + "v2"});
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  Everything all = read_all(**store);
  EXPECT_THAT(numbers(all), ElementsAre(1, 3, 4));
  EXPECT_TRUE(all.damage.empty());
  EXPECT_EQ(all.records[0].id, (record::Id{test_noon, 0xab12, 0}));
  auto source = (*store)->open("default", INT64_MAX);
  ASSERT_TRUE(source.ok());
  ASSERT_NE((*source)->deletions(), nullptr);
  ASSERT_EQ((*source)->deletions()->size(), 1u);
  EXPECT_EQ((*source)->deletions()->front().number, 2u);
  EXPECT_EQ((*source)->deletions()->front().query_edn, "{:from :audit :where :true}");
  auto report = verify({.dir = golden + "v2"});
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->good());
  EXPECT_EQ(report->records, 4u);
  EXPECT_EQ(report->deletions, 2u);
}

TEST(Golden, Version1Opens) {
  auto store = ReadOnlyStore::open({.dir = golden + "v1"});
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  Everything all = read_all(**store);
  EXPECT_THAT(numbers(all), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(all.damage.empty());
  EXPECT_EQ(all.records[1].id, (record::Id{test_noon, 0xab12, 1}));
  EXPECT_EQ(all.records[3].stream, "\xc3\xa4udit");
  EXPECT_TRUE(all.records[3].has_meta);
  EXPECT_THAT(numbers(read_all(**store, "acme")), ElementsAre(5));
  auto report = verify({.dir = golden + "v1"});
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->good());
  EXPECT_EQ(report->records, 5u);
}

TEST(Golden, Version1IsWrittenOnAndItsBatchesAreKnown) {
  TempDir temp;
  std::filesystem::copy(golden + "v1", temp / "d", std::filesystem::copy_options::recursive);
  ManualClock clock(test_noon + test_hour);
  StoreOptions options;
  options.dir = temp / "d";
  options.clock = &clock;
  auto store = Store::open(options);
  ASSERT_TRUE(store.ok()) << store.status().to_string();
  auto again = append(**store, batch_of(3, 1, "web \"1\"", UINT64_MAX));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->duplicate);
  ASSERT_TRUE(append(**store, batch_of(6)).ok());
  EXPECT_THAT(numbers(read_all(**store)), ElementsAre(1, 2, 3, 4, 6));
}

TEST(Golden, WriterStillWritesDeletions) {
  TempDir temp;
  write_directory_with_deletions(temp / "d");
  for (std::string_view name :
       {"/store.edn", "/deletions.edn", "/edn/default/2026-11-23/000001.edn",
        "/edn/acme/2026-11-24/000001.edn"}) {
    std::string expected = read_file(golden + "v2" + std::string(name));
    EXPECT_FALSE(expected.empty()) << name;
    EXPECT_EQ(read_file(temp / "d" + std::string(name)), expected) << name;
  }
}

TEST(Golden, WriterStillWritesTheNewestVersion) {
  TempDir temp;
  write_directory(temp / "d");
  for (std::string_view name :
       {"/store.edn", "/edn/default/2026-11-23/000001.edn", "/edn/acme/2026-11-24/000001.edn"}) {
    std::string expected = read_file(golden + "v1" + std::string(name));
    EXPECT_FALSE(expected.empty()) << name;
    EXPECT_EQ(read_file(temp / "d" + std::string(name)), expected) << name;
  }
}

}  // namespace
}  // namespace clogs::store
