// What a backup copies: the committed beginnings of a data directory's files. Files only grow (but
// for `clogs reindex`, which nobody reads beside), so a beginning stays what it was.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"

namespace clogs::store {

struct BackupFile {
  std::string path;  // below the data directory: "store.edn", "edn/default/2026-11-23/000001.edn"
  uint64_t bytes = 0;
};

struct BackupPlan {
  std::vector<BackupFile> files;  // in the order in which they are to be read
  int64_t as_of_nanos = 0;        // every record stored up to here is in them
  uint64_t bytes() const {
    uint64_t all = 0;
    for (const BackupFile& file : files) all += file.bytes;
    return all;
  }
};

// Takes the next piece; a failure ends the reading and is what it returns.
using TakeBytes = std::function<Status(std::string_view)>;

class BackupSource {
 public:
  virtual ~BackupSource() = default;
  virtual Result<BackupPlan> plan() = 0;
  // The bytes [from, to) of a planned file, in order. Thread-safe. not_found for a path that is
  // none of a plan's, out_of_range beyond what is committed.
  virtual Status read(const BackupFile& file, uint64_t from, uint64_t to,
                      const TakeBytes& take) = 0;
};

}  // namespace clogs::store
