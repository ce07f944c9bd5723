// Reads what a catalog's snapshot holds, block by block.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/store/catalog.h"
#include "server/store/frame_cursor.h"
#include "server/store/source.h"

namespace clogs::store {

// Thread-safe: headers are read by one thread at a time, blocks by each thread for itself. Memory
// beside the callers' buffers: one frame header and its read-ahead.
class SnapshotSource final : public Source {
 public:
  // `known` is damage beside that of the records.
  SnapshotSource(FileSystem& files, CatalogSnapshot snapshot, DeletionList deletions,
                 std::vector<Damage> known);
  ~SnapshotSource() override;

  Result<bool> next(BlockBuffer& buffer, Block& block) override;
  int64_t as_of_nanos() const override { return snapshot_.as_of_nanos; }
  std::vector<Damage> damage() const override;
  uint64_t files() const override { return snapshot_.files.size(); }
  DeletionList deletions() const override { return deletions_; }

 private:
  struct Claim {
    std::shared_ptr<File> file;
    LogFilePtr info;
    uint64_t offset = 0;
    record::Id first;
    BlockEntry entry;
  };

  bool claim(Claim& claim);
  bool open_next_file();
  bool claim_frame();
  void add_damage(const std::string& path, uint64_t offset, std::string reason);

  FileSystem& files_;
  const CatalogSnapshot snapshot_;
  const DeletionList deletions_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  size_t next_file_ = 0;
  LogFilePtr info_;
  std::shared_ptr<File> file_;
  std::unique_ptr<FrameCursor> cursor_;  // of file_
  std::deque<Claim> claims_;             // blocks of the last frame that nobody took yet
  std::vector<Damage> damage_;
};

}  // namespace clogs::store
