// Turns batches into durable frames: which file, which time, what to do when the disk refuses. One
// thread uses it.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/record/id.h"
#include "server/ingest/sink.h"
#include "server/store/catalog.h"
#include "server/store/file_system.h"
#include "server/store/frame_builder.h"
#include "server/store/log_file.h"

namespace clogs::store {

struct CommitterOptions {
  std::string dir;
  uint16_t store_id = 0;
  uint64_t roll_bytes = 0;
};

class Committer {
 public:
  struct Commit {
    LogFile::Outcome outcome = LogFile::Outcome::stored;
    Status status;
    int64_t time = 0;
    LogFilePtr file;
    uint64_t offset = 0;  // of the frame in its file
    uint64_t bytes = 0;   // of the frame
    double sync_seconds = 0;
  };

  Committer(FileSystem& files, Catalog& catalog, CommitterOptions options);

  // The newest file of a tenant, as it was found on opening; `appendable` if new frames may follow
  // what is in it. Else its number is only stepped over.
  void adopt(const FileExtent& extent, bool appendable);

  // Makes `batches`, all of `tenant` and none empty, durable and then visible.
  Commit commit(std::string_view tenant, std::span<const ingest::Batch* const> batches);
  // Of the last commit: the id of the first record of the batch at `index`.
  record::Id first_id(size_t index) const;

  // Gives padding back to the file system.
  void cut_padding();
  // Frames that a file turned out to lack when it was read again after a failed sync.
  uint64_t damaged_files() const { return damaged_files_; }

 private:
  struct Tenant {
    std::optional<FileExtent> last;  // the newest file
    bool appendable = false;
    std::unique_ptr<LogFile> open;        // `last`, or a file not yet created
    std::list<Tenant*>::iterator recent;  // in recent_ while `open`
  };

  Result<LogFile*> file_for(Tenant& tenant, std::string_view name, int64_t time);
  void close(Tenant& tenant);
  void distrust(Tenant& tenant);

  FileSystem& files_;
  Catalog& catalog_;
  CommitterOptions options_;
  std::map<std::string, Tenant, std::less<>> tenants_;
  std::list<Tenant*> recent_;  // with an open file, least recently written first
  FrameBuilder builder_;
  BuiltFrame frame_;
  uint64_t damaged_files_ = 0;
};

}  // namespace clogs::store
