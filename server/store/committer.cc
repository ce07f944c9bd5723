#include "server/store/committer.h"

#include <utility>

#include "core/base/instant.h"
#include "server/store/frame_cursor.h"
#include "server/store/limits.h"

namespace clogs::store {

Committer::Committer(FileSystem& files, Catalog& catalog, CommitterOptions options)
    : files_(files), catalog_(catalog), options_(std::move(options)) {}

void Committer::adopt(const FileExtent& extent, bool appendable) {
  Tenant& tenant = tenants_[extent.file->name.tenant];
  tenant.last = extent;
  tenant.appendable = appendable;
}

void Committer::close(Tenant& tenant) {
  if (tenant.open == nullptr) return;
  tenant.open->cut_padding();
  tenant.open.reset();
  recent_.erase(tenant.recent);
}

// The file that a frame of `time` goes to: the last one unless its day is over or it is full.
Result<LogFile*> Committer::file_for(Tenant& tenant, std::string_view name, int64_t time) {
  std::string day = format_day(time);
  bool fits = tenant.last && tenant.appendable && tenant.last->file->name.day == day &&
              tenant.last->length < options_.roll_bytes;
  if (tenant.open != nullptr) {
    if (fits) {
      recent_.splice(recent_.end(), recent_, tenant.recent);
      return tenant.open.get();
    }
    close(tenant);
  }
  if (recent_.size() >= open_files_max) close(*recent_.front());
  if (fits) {
    CLOGS_ASSIGN_OR_RETURN(tenant.open, LogFile::resume(files_, *tenant.last));
  } else {
    bool same_day = tenant.last && tenant.last->file->name.day == day;
    uint32_t number = same_day ? tenant.last->file->name.number + 1 : 1;
    tenant.open =
        LogFile::create(files_, options_.dir, {std::string(name), day, number}, options_.store_id);
  }
  tenant.recent = recent_.insert(recent_.end(), &tenant);
  return tenant.open.get();
}

// After a failed sync the file ends at its last good frame again, but nobody knows what else the
// disk lost: it is read once more, and never written to again.
void Committer::distrust(Tenant& tenant) {
  tenant.appendable = false;
  tenant.open.reset();
  recent_.erase(tenant.recent);
  auto file = files_.open(tenant.last->file->path, OpenMode::read);
  bool good = file.ok();
  if (good) {
    FrameCursor cursor(**file, tenant.last->file->begin, tenant.last->length, Batches::skip);
    std::string scratch;
    for (;;) {
      auto next = cursor.next();
      if (next.ok() && *next == FrameCursor::Outcome::end) break;
      good = next.ok() && *next == FrameCursor::Outcome::frame &&
             check_blocks(**file, cursor.frame(), scratch).ok();
      if (!good) break;
    }
  }
  if (!good) ++damaged_files_;
}

Committer::Commit Committer::commit(std::string_view tenant_name,
                                    std::span<const ingest::Batch* const> batches) {
  Commit result;
  auto found = tenants_.find(tenant_name);
  if (found == tenants_.end()) found = tenants_.try_emplace(std::string(tenant_name)).first;
  Tenant& tenant = found->second;
  result.time = catalog_.begin_frame();
  auto file = file_for(tenant, tenant_name, result.time);
  if (!file.ok()) {
    catalog_.abandon_frame();
    result.outcome = LogFile::Outcome::refused;
    result.status = file.status();
    return result;
  }
  builder_.build(result.time, batches, frame_);
  LogFile::Appended appended = (*file)->append(frame_.pieces);
  result.outcome = appended.outcome;
  result.status = appended.status;
  result.offset = appended.offset;
  result.sync_seconds = appended.sync_seconds;
  bool exists = (*file)->length() > 0;
  if (exists) {
    tenant.last = FileExtent{(*file)->info(), (*file)->length()};
    tenant.appendable = true;
  }
  if (appended.outcome == LogFile::Outcome::stored) {
    result.file = (*file)->info();
    result.bytes = frame_.header_line.size() + frame_.header.bytes;
    catalog_.publish(result.file, (*file)->length());
    return result;
  }
  catalog_.abandon_frame();
  if (!exists) {
    // The next commit begins it anew.
    tenant.open.reset();
    recent_.erase(tenant.recent);
  } else if (appended.outcome == LogFile::Outcome::distrusted) {
    distrust(tenant);
  }
  // A full disk may hold padding of other files.
  if (appended.outcome == LogFile::Outcome::refused) cut_padding();
  return result;
}

record::Id Committer::first_id(size_t index) const {
  return {frame_.header.time, options_.store_id, frame_.first_index[index]};
}

void Committer::cut_padding() {
  for (Tenant* tenant : recent_) tenant->open->cut_padding();
}

}  // namespace clogs::store
