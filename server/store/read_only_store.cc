#include "server/store/read_only_store.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "server/store/backup.h"
#include "server/store/snapshot.h"

namespace clogs::store {
namespace {

// Later than every day: no headers are read for the producers' windows.
constexpr std::string_view no_window = "~";

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace

Result<std::unique_ptr<ReadOnlyStore>> ReadOnlyStore::open(ReadOnlyOptions options) {
  FileSystem& files = options.file_system ? *options.file_system : posix_file_system();
  const Clock& clock = options.clock ? *options.clock : system_clock();
  auto store = std::unique_ptr<ReadOnlyStore>(new ReadOnlyStore(files, clock));
  CLOGS_ASSIGN_OR_RETURN(store->dir_, open_data_dir_for_reading(files, options.dir));
  RecoveryOptions recovery;
  recovery.dir = options.dir;
  recovery.store_id = store->dir_.store_id;
  recovery.read_only = true;
  recovery.window_day = no_window;
  recovery.progress = std::move(options.progress);
  CLOGS_ASSIGN_OR_RETURN(Recovered recovered, recover(files, recovery));
  for (FoundFile& found : recovered.files) store->catalog_.add(std::move(found.extent));
  store->catalog_.start_after(recovered.last_time);
  CLOGS_ASSIGN_OR_RETURN(store->deletions_,
                         DeletionLog::open(files, store->dir_, DeletionLog::Access::read));
  store->torn_ = std::move(recovered.torn);
  std::ranges::copy(store->deletions_->torn(), std::back_inserter(store->torn_));
  return store;
}

Result<std::unique_ptr<Source>> ReadOnlyStore::open(std::string_view tenant, int64_t as_of_nanos) {
  return std::unique_ptr<Source>(
      std::make_unique<SnapshotSource>(files_, catalog_.snapshot(tenant, as_of_nanos),
                                       deletions_->in_force(tenant), deletions_->damage()));
}

Result<std::unique_ptr<Source>> ReadOnlyStore::open_in_order(std::string_view tenant) {
  CatalogSnapshot snapshot = catalog_.snapshot(tenant, std::numeric_limits<int64_t>::max());
  std::reverse(snapshot.files.begin(), snapshot.files.end());
  return std::unique_ptr<Source>(std::make_unique<SnapshotSource>(
      files_, std::move(snapshot), deletions_->in_force(tenant), deletions_->damage()));
}

Result<BackupPlan> ReadOnlyStore::plan() {
  return DirectoryBackup(files_, dir_.path, catalog_, *deletions_).plan();
}

Status ReadOnlyStore::read(const BackupFile& file, uint64_t from, uint64_t to,
                           const TakeBytes& take) {
  return DirectoryBackup(files_, dir_.path, catalog_, *deletions_).read(file, from, to, take);
}

}  // namespace clogs::store
