// Checks every byte of a data directory that no server holds, and changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/store/file_system.h"
#include "server/store/recovery.h"
#include "server/store/source.h"

namespace clogs::store {

struct VerifyOptions {
  std::string dir;
  FileSystem* file_system = nullptr;  // null: the real one
  std::function<void(const OpenProgress&)> progress = {};
};

struct VerifyReport {
  uint64_t files = 0;
  uint64_t frames = 0;
  uint64_t records = 0;  // without those that were removed
  uint64_t deletions = 0;
  uint64_t bytes = 0;  // read
  std::vector<Damage> damage;
  std::vector<TornTail> torn;        // a crash's unfinished last frames: the next start cuts them
  std::vector<std::string> strange;  // paths under edn/ that are no log files
  bool good() const { return damage.empty(); }
};

// Under a shared lock: aborted while a server runs, whose unfinished frames would look like damage.
// not_found if the directory is none of ours.
Result<VerifyReport> verify(const VerifyOptions& options);

}  // namespace clogs::store
