// Backups: what of a directory belongs into one, and how it is written so that it is whole or not
// there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "clogs/result.h"
#include "server/store/backup_source.h"
#include "server/store/catalog.h"
#include "server/store/deletion_log.h"
#include "server/store/file_system.h"
#include "server/store/source.h"

namespace clogs::store {

// --- the side that is read ----------------------------------------------------------------------

// BackupSource of an open directory; thread-safe. What it is given outlives it.
class DirectoryBackup final : public BackupSource {
 public:
  DirectoryBackup(FileSystem& files, std::string dir, Catalog& catalog,
                  const DeletionLog& deletions)
      : files_(files), dir_(std::move(dir)), catalog_(catalog), deletions_(deletions) {}
  Result<BackupPlan> plan() override;
  Status read(const BackupFile& file, uint64_t from, uint64_t to, const TakeBytes& take) override;

 private:
  Result<uint64_t> committed(const std::string& path) const;
  Result<uint64_t> identity_bytes() const;

  FileSystem& files_;
  const std::string dir_;
  Catalog& catalog_;
  const DeletionLog& deletions_;
};

// --- the side that is written -------------------------------------------------------------------

struct BackupOptions {
  std::string dir;                    // must be empty or not there; its parent must be there
  FileSystem* file_system = nullptr;  // null: the real one
  std::function<void(uint64_t bytes_done, uint64_t bytes)> progress = {};
  std::function<bool()> should_stop = {};  // looked at between pieces; ends with `cancelled`
};

struct BackupReport {
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t records = 0;
  int64_t as_of_nanos = 0;
  std::vector<Damage> damage;  // copied as it is in the source
};

// Copies into a folder beside `dir`, syncs, checks every byte of the copy, and gives it its name.
// With a failure nothing is left of it. already_exists where `dir` is not empty, unavailable where
// the file system is full.
Result<BackupReport> write_backup(BackupSource& source, const BackupOptions& options);

}  // namespace clogs::store
