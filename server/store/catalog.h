// What is committed: the files of each tenant and how far each may be read. The writer extends it
// after a sync; snapshots copy it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "server/store/data_dir.h"

namespace clogs::store {

struct LogFileInfo {
  std::string path;
  FileName name;
  uint16_t store = 0;  // in the ids of its records
  uint64_t begin = 0;  // of its first frame; 0 if the file line is damaged
};
using LogFilePtr = std::shared_ptr<const LogFileInfo>;

struct FileExtent {
  LogFilePtr file;
  uint64_t length = 0;  // committed bytes
};

struct CatalogSnapshot {
  std::vector<FileExtent> files;  // newest first if they are a tenant's
  int64_t as_of_nanos = 0;
};

// Thread-safe.
class Catalog {
 public:
  explicit Catalog(const Clock& clock) : clock_(clock) {}

  // While opening: files in order, and the latest frame time there is.
  void add(FileExtent extent);
  void start_after(int64_t frame_time);

  // The time of the next frame: the clock's, but above all times given before and every snapshot's
  // as_of. The frame is then published or abandoned before the next one begins.
  int64_t begin_frame();
  // Makes the file readable up to `length`.
  void publish(const LogFilePtr& file, uint64_t length);
  void abandon_frame();

  // Every record with a time up to as_of_nanos is in it, and no later commit will add one.
  CatalogSnapshot snapshot(std::string_view tenant, int64_t as_of_nanos);

  // The same of all tenants, their files from the oldest on.
  CatalogSnapshot everything();

  // Committed bytes of the file with this path.
  std::optional<uint64_t> length_of(std::string_view path) const;

  std::vector<std::string> tenants() const;
  int64_t last_time() const;
  uint64_t bytes() const;
  uint64_t files() const;

 private:
  int64_t as_of_now(int64_t now);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<FileExtent>, std::less<>> tenants_;  // oldest first
  int64_t last_time_ = 0;   // of frames begun, and of snapshots
  int64_t frame_time_ = 0;  // of the frame under way, 0 if there is none
  uint64_t bytes_ = 0;
  uint64_t files_ = 0;
};

}  // namespace clogs::store
