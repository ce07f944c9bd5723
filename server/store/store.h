// The store: EDN files that every accepted record is written to before it is acknowledged
// (docs/format.md), and the snapshots and the feed that are read from them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "core/base/clock.h"
#include "server/ingest/sink.h"
#include "server/store/backup_source.h"
#include "server/store/deletion.h"
#include "server/store/feed.h"
#include "server/store/file_system.h"
#include "server/store/limits.h"
#include "server/store/recovery.h"
#include "server/store/source.h"
#include "server/store/window.h"

namespace clogs::store {

struct StoreOptions {
  std::string dir;
  uint64_t roll_bytes = 100'000'000;       // a file takes no further frame beyond this
  size_t queue_bytes = size_t{256} << 20;  // of batches that wait; the same again for reserve
  WindowOptions window;
  int64_t idle_nanos = store::idle_nanos;                  // without a commit, until padding is cut
  const Clock* clock = nullptr;                            // null: the system's; outlives the store
  FileSystem* file_system = nullptr;                       // null: the real one; outlives the store
  std::function<void(const OpenProgress&)> progress = {};  // called while opening
  std::optional<uint16_t> store_id;                        // of a new directory; drawn if empty
  bool must_exist = false;                                 // not_found instead of a new directory
};

enum class StoreState : uint8_t {
  running,
  refusing,  // the last write failed and was taken back; the next one is tried
  failed,    // a write could not be taken back: reads go on, nothing is written until a restart
  closed,
};
std::string_view state_name(StoreState state);  // "running", ...

struct StoreStats {
  StoreState state = StoreState::running;
  std::string problem;  // why it is refusing or failed
  uint64_t bytes = 0;   // committed, in files
  uint64_t files = 0;
  uint64_t free_bytes = 0;   // of the file system
  uint64_t queue_bytes = 0;  // batches that wait or are being written
  uint64_t queue_batches = 0;
  uint64_t reserved_bytes = 0;
  uint64_t queue_limit_bytes = 0;
  uint64_t producers = 0;  // with a window
  uint64_t window_bytes = 0;
  double last_sync_seconds = 0;
  // Since the store was opened.
  uint64_t records = 0;
  uint64_t record_bytes = 0;  // frames, headers included
  uint64_t batches = 0;
  uint64_t frames = 0;  // one sync each
  double sync_seconds = 0;
  uint64_t duplicates = 0;      // batches acknowledged without being stored again
  uint64_t refused = 0;         // batches
  uint64_t write_failures = 0;  // frames
};

// What opening found besides good files.
struct OpenReport {
  std::vector<Damage> damage;  // left in place, passed over by every source
  std::vector<TornTail> torn;  // cut
  uint64_t files = 0;
  uint64_t bytes = 0;
};

class Store final : public ingest::Sink,
                    public SourceProvider,
                    public Feed,
                    public DeletionSink,
                    public BackupSource {
 public:
  // Opens the directory or makes it, recovers and starts the writer. Failures: aborted (another
  // process holds it), failed_precondition (foreign directory), unimplemented (newer format), or
  // the file system's; nothing is left behind then.
  static Result<std::unique_ptr<Store>> open(StoreOptions options);
  ~Store() override;

  // ingest::Sink. Further failures: invalid_argument (a name too long or not allowed; lines that
  // are not `count` lines), out_of_range (over 4 MiB of rejections), internal (the write failed and
  // could not be taken back: the batch may be there after a restart).
  void append(ingest::Batch batch, ingest::Acknowledge done) override;
  bool try_reserve(size_t bytes) override;
  void release(size_t bytes) override;

  // SourceProvider.
  Result<std::unique_ptr<Source>> open(std::string_view tenant, int64_t as_of_nanos) override;
  std::vector<std::string> tenants() const;

  // DeletionSink.
  Result<Deletion> record_deletion(Deletion deletion) override;

  // BackupSource.
  Result<BackupPlan> plan() override;
  Status read(const BackupFile& file, uint64_t from, uint64_t to, const TakeBytes& take) override;

  // Feed.
  std::shared_ptr<void> subscribe(Listener listener) override;

  StoreStats stats() const;
  const OpenReport& opened() const;

  // Takes no more batches, writes those that wait, cuts padding, and lets the directory go.
  // Snapshots can still be opened. The destructor does the same.
  void close();

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::store
