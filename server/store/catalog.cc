#include "server/store/catalog.h"

#include <algorithm>
#include <cassert>

#include "core/base/instant.h"

namespace clogs::store {

void Catalog::add(FileExtent extent) {
  std::lock_guard lock(mutex_);
  bytes_ += extent.length;
  ++files_;
  tenants_[extent.file->name.tenant].push_back(std::move(extent));
}

void Catalog::start_after(int64_t frame_time) {
  std::lock_guard lock(mutex_);
  last_time_ = std::max(last_time_, frame_time);
}

int64_t Catalog::begin_frame() {
  int64_t now = clock_.now_nanos();
  std::lock_guard lock(mutex_);
  assert(frame_time_ == 0);
  last_time_ = std::max(now, last_time_ + 1);
  frame_time_ = last_time_;
  return frame_time_;
}

void Catalog::publish(const LogFilePtr& file, uint64_t length) {
  std::lock_guard lock(mutex_);
  frame_time_ = 0;
  auto& extents = tenants_[file->name.tenant];
  if (extents.empty() || extents.back().file != file) {
    extents.push_back({file, 0});
    ++files_;
  }
  bytes_ += length - extents.back().length;
  extents.back().length = length;
}

void Catalog::abandon_frame() {
  std::lock_guard lock(mutex_);
  frame_time_ = 0;
}

// A frame under way has a time but cannot be seen yet, so a snapshot ends before it. Else it
// reaches up to now, and the next frame will be later than that.
int64_t Catalog::as_of_now(int64_t now) {
  if (frame_time_ != 0) return frame_time_ - 1;
  last_time_ = std::max(last_time_, now);
  return last_time_;
}

CatalogSnapshot Catalog::everything() {
  int64_t now = clock_.now_nanos();
  CatalogSnapshot result;
  std::lock_guard lock(mutex_);
  result.as_of_nanos = as_of_now(now);
  for (const auto& [name, extents] : tenants_) {
    result.files.insert(result.files.end(), extents.begin(), extents.end());
  }
  return result;
}

CatalogSnapshot Catalog::snapshot(std::string_view tenant, int64_t as_of_nanos) {
  int64_t now = clock_.now_nanos();
  CatalogSnapshot result;
  std::lock_guard lock(mutex_);
  result.as_of_nanos = std::min(as_of_nanos, as_of_now(now));
  auto found = tenants_.find(tenant);
  if (found == tenants_.end()) return result;
  std::string last_day = format_day(result.as_of_nanos);
  result.files.reserve(found->second.size());
  for (auto extent = found->second.rbegin(); extent != found->second.rend(); ++extent) {
    if (extent->file->name.day <= last_day) result.files.push_back(*extent);
  }
  return result;
}

std::optional<uint64_t> Catalog::length_of(std::string_view path) const {
  std::lock_guard lock(mutex_);
  for (const auto& [name, extents] : tenants_) {
    for (const FileExtent& extent : extents) {
      if (extent.file->path == path) return extent.length;
    }
  }
  return std::nullopt;
}

std::vector<std::string> Catalog::tenants() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, extents] : tenants_) names.push_back(name);
  return names;
}

int64_t Catalog::last_time() const {
  std::lock_guard lock(mutex_);
  return last_time_;
}
uint64_t Catalog::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}
uint64_t Catalog::files() const {
  std::lock_guard lock(mutex_);
  return files_;
}

}  // namespace clogs::store
