// What is found in a data directory when it is opened: every file, how far it is good, what is
// damaged, and which batches are stored.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "server/store/catalog.h"
#include "server/store/file_system.h"
#include "server/store/source.h"

namespace clogs::store {

// A crash's unfinished last frame.
struct TornTail {
  std::string file;
  uint64_t offset = 0;  // of the first byte that was cut
  uint64_t bytes = 0;
  std::string saved_as;  // where they are kept; empty if nothing but padding and zeros was cut
};

struct OpenProgress {
  uint64_t files_done = 0;
  uint64_t files = 0;
  uint64_t bytes_done = 0;  // of the files that are read at all
  uint64_t bytes = 0;
};

struct FoundFile {
  FileExtent extent;
  bool is_newest = false;  // read in full: the newest of its tenant with frames, and later ones
  bool has_frames = true;  // known of files that are read in full
  bool appendable = false;
};

struct Recovered {
  std::vector<FoundFile> files;  // in order of tenant, day and number
  int64_t last_time = 0;         // of all frames
  std::vector<Damage> damage;    // left in place
  std::vector<TornTail> torn;
};

struct RecoveryOptions {
  std::string dir;
  uint16_t store_id = 0;
  bool read_only = false;  // nothing is cut: a torn tail is only left out
  std::string window_day;  // headers are read in files of this day and later
  std::function<void(const OpenProgress&)> progress = {};
  // Every frame of a file whose headers are read, in order within a tenant.
  std::function<void(const LogFilePtr&, uint64_t offset, const FrameHeader&)> on_frame;
};

// Reads the newest file of each tenant that has frames in full, and those after it, and makes them
// durable; of other files only the first
// line, and the frame headers where options.window_day asks for them. Damage there shows when the
// records are read.
Result<Recovered> recover(FileSystem& files, const RecoveryOptions& options);

// The file line's facts; `begin` 0 and the given store where it is damaged. A newer version is
// refused.
Result<LogFilePtr> read_file_info(const std::string& dir, const FileName& name, uint16_t store_id,
                                  File& file);

}  // namespace clogs::store
