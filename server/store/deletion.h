// Deletions: which stored records count as gone. The store keeps them, whoever reads records
// applies them; the store itself does not understand their queries.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clogs/result.h"

namespace clogs::store {

struct Deletion {
  uint64_t number = 0;  // from 1, in the order of recording
  // Its moment, Unix nanoseconds: it concerns what was stored (committed) at or before.
  int64_t time = 0;
  std::string tenant;
  std::string by;         // who asked for it: the name of a key, or "local"
  uint64_t matched = 0;   // records that went
  std::string query_edn;  // canonical, on one line, times absolute: {:from .. :time .. :where ..}
  bool applied = false;   // nothing that it concerns is left in the files
};

// Those in force, in the order of their numbers; null: none.
using DeletionList = std::shared_ptr<const std::vector<Deletion>>;

class DeletionSink {
 public:
  virtual ~DeletionSink() = default;
  // Returns the deletion with its number once it is on disk and every source opened from now on has
  // it. Failures: unavailable (a full disk; recorded is nothing then), resource_exhausted (too many
  // are in force), internal (it may be there after a restart).
  virtual Result<Deletion> record_deletion(Deletion deletion) = 0;
};

}  // namespace clogs::store
