// Takes deleted records out of the files of a directory that nobody else holds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "core/base/clock.h"
#include "server/store/deletion.h"
#include "server/store/file_system.h"
#include "server/store/recovery.h"
#include "server/store/source.h"

namespace clogs::store {

// Decides which records deletions concern; the query library makes it, since the store does not
// understand queries.
class DeletedLines {
 public:
  virtual ~DeletedLines() = default;
  // Replaces `positions` by those of the records of `block` that are deleted, in rising order,
  // counted from the block's first.
  virtual void find(const Block& block, std::vector<uint32_t>& positions) = 0;
};

struct ReindexOptions {
  std::string dir;
  const Clock* clock = nullptr;       // null: the system's
  FileSystem* file_system = nullptr;  // null: the real one
  std::function<void(const OpenProgress&)> progress = {};
  // Of the deletions of a tenant that are in force; a failure ends reindex before it changes
  // anything of that tenant.
  std::function<Result<std::unique_ptr<DeletedLines>>(const DeletionList&, std::string_view tenant)>
      compile;
};

struct ReindexReport {
  uint64_t files = 0;
  uint64_t rewritten = 0;  // of them
  uint64_t removed = 0;    // records
  uint64_t freed_bytes = 0;
  std::vector<uint64_t> applied;  // deletions that nothing is left of
  std::vector<Damage> damage;     // files that were left as they are
  std::vector<TornTail> torn;     // cut, as every opening does
};

// Rewrites each file that holds a deleted record: the new one is synced and takes the old one's
// place by a rename, so that a crash at any point leaves one or the other. Needs the memory of the
// largest frame and the disk space of the largest file. Failures: not_found, aborted (somebody else
// holds the directory), unavailable (a full disk); files done by then stay done.
Result<ReindexReport> reindex(const ReindexOptions& options);

}  // namespace clogs::store
