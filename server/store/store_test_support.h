// The small vocabulary of the store's tests.
#pragma once

#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/record/id.h"
#include "server/ingest/sink.h"
#include "server/store/fault_file_system.h"
#include "server/store/source.h"
#include "server/store/store.h"

namespace clogs::store {

// 2026-11-23T12:00:00Z.
constexpr int64_t test_noon = 1'795'435'200'000'000'000;
constexpr int64_t test_hour = int64_t{3600} * 1'000'000'000;

struct StoredRecord {
  record::Id id;
  std::string stream;
  bool has_meta = false;
  std::string line;  // without '\n'
};

struct Everything {
  std::vector<StoredRecord> records;  // sorted by id
  std::vector<Damage> damage;
  int64_t as_of = 0;
  uint64_t files = 0;
};

// A directory of its own that goes with it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

// One line: {:n 7}.
std::string line_of(int64_t n);
// Records {:n first} ...
ingest::Batch batch_of(int64_t first, uint32_t count = 1);
ingest::Batch batch_of(int64_t first, uint32_t count, std::string producer, uint64_t sequence);

std::future<Result<ingest::Ack>> append_async(Store& store, ingest::Batch batch);
Result<ingest::Ack> append(Store& store, ingest::Batch batch);

Everything read_all(SourceProvider& provider, std::string_view tenant = "default",
                    int64_t as_of = INT64_MAX);
// The :n of each record, in order of ids.
std::vector<int64_t> numbers(const Everything& all);

// A store on a FaultFileSystem that can crash and come back.
class StoreFixture : public ::testing::Test {
 protected:
  StoreFixture();
  void open();
  // Power loss while nothing is under way.
  void crash();
  void close() { store_.reset(); }
  void reopen() {
    close();
    open();
  }
  Everything all() { return read_all(*store_); }
  std::string file(std::string_view day = "2026-11-23", int number = 1,
                   std::string_view tenant = "default") const;

  FaultFileSystem files_{1};
  ManualClock clock_{test_noon};
  StoreOptions options_;
  std::unique_ptr<Store> store_;
};

}  // namespace clogs::store
