// The data directory: what it is called, whose it is, who holds it, and which files it has.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "server/store/file_system.h"
#include "server/store/frame.h"

namespace clogs::store {

// Where a log file is and what its name says.
struct FileName {
  std::string tenant;
  std::string day;
  uint32_t number = 0;
};

constexpr std::string_view identity_name = "store.edn";

std::string tenant_path(const std::string& dir, std::string_view tenant);
std::string day_path(const std::string& dir, std::string_view tenant, std::string_view day);
std::string file_path(const std::string& dir, const FileName& name);

// [A-Za-z0-9_-] and inner dots, at most tenant_bytes_max: a folder's name everywhere.
bool is_tenant_name(std::string_view text);

// A directory that is ours, locked while this lives.
struct DataDir {
  std::string path;
  uint16_t store_id = 0;
  uint32_t version = 0;            // of store.edn
  std::unique_ptr<FileLock> lock;  // none if read from a copy without LOCK
};

// Opens or makes a data directory and locks it. Failures leave nothing behind: aborted (another
// process), failed_precondition (foreign: not empty and without store.edn; or not readable as
// ours), unimplemented (newer format), or the file system's. `store_id`: of a new directory.
Result<DataDir> open_data_dir(FileSystem& files, const std::string& path, int64_t now_nanos,
                              std::optional<uint16_t> store_id);

// not_found where there is no data directory.
Status find_data_dir(FileSystem& files, const std::string& path);

// Opens an existing one beside other readers; not_found if there is none. Writes nothing.
Result<DataDir> open_data_dir_for_reading(FileSystem& files, const std::string& path);

// Lets store.edn say `version`, so that what is older refuses the directory from now on; whoever
// calls it holds the directory exclusively.
Status raise_version(FileSystem& files, const std::string& path, uint32_t version);

// Where reindex writes a file before it takes its place; what a crash left there is removed by
// open_data_dir().
std::string reindex_draft_path(const std::string& dir);

// All log files in order of tenant, day and number. Other entries are passed over; their paths go
// to `strange` if it is given.
Result<std::vector<FileName>> list_log_files(FileSystem& files, const std::string& dir,
                                             std::vector<std::string>* strange = nullptr);

}  // namespace clogs::store
