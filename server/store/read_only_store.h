// A data directory that no server holds, for reading: several may read it at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "core/base/clock.h"
#include "server/store/backup_source.h"
#include "server/store/catalog.h"
#include "server/store/data_dir.h"
#include "server/store/deletion_log.h"
#include "server/store/file_system.h"
#include "server/store/recovery.h"
#include "server/store/source.h"

namespace clogs::store {

struct ReadOnlyOptions {
  std::string dir;
  const Clock* clock = nullptr;       // null: the system's; outlives the store
  FileSystem* file_system = nullptr;  // null: the real one; outlives the store
  std::function<void(const OpenProgress&)> progress = {};
};

// Writes nothing: a torn tail is left out and left in place. Sources must not outlive it.
class ReadOnlyStore final : public SourceProvider, public BackupSource {
 public:
  // not_found if the directory is none of ours, aborted if a server holds it.
  static Result<std::unique_ptr<ReadOnlyStore>> open(ReadOnlyOptions options);

  Result<std::unique_ptr<Source>> open(std::string_view tenant, int64_t as_of_nanos) override;
  // All of it; read by one thread the blocks come in the order of arrival.
  Result<std::unique_ptr<Source>> open_in_order(std::string_view tenant);
  // BackupSource.
  Result<BackupPlan> plan() override;
  Status read(const BackupFile& file, uint64_t from, uint64_t to, const TakeBytes& take) override;

  std::vector<std::string> tenants() const { return catalog_.tenants(); }
  const std::vector<TornTail>& torn() const { return torn_; }

 private:
  ReadOnlyStore(FileSystem& files, const Clock& clock) : files_(files), catalog_(clock) {}

  FileSystem& files_;
  DataDir dir_;
  std::unique_ptr<DeletionLog> deletions_;
  Catalog catalog_;
  std::vector<TornTail> torn_;
};

}  // namespace clogs::store
