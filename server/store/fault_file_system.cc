#include "server/store/fault_file_system.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace clogs::store {
namespace {

std::string parent_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

class FaultFileSystem::OpenFile final : public File {
 public:
  OpenFile(FaultFileSystem& files, std::shared_ptr<Node> node)
      : files_(files), node_(std::move(node)), life_(files.life_) {}

  Result<size_t> write(std::span<const std::string_view> pieces, uint64_t offset) override {
    std::unique_lock lock(files_.mutex_);
    wait_while_held(lock);
    std::string bytes;
    for (std::string_view piece : pieces) bytes += piece;
    Status power = begin();
    int error = 0;
    if (!power.ok() || files_.chance(files_.faults_.write_error)) {
      bytes.resize(files_.below(bytes.size() + 1));
      error = files_.chance(0.5) ? ENOSPC : EIO;
    } else if (bytes.size() > 1 && files_.chance(files_.faults_.short_write)) {
      bytes.resize(1 + files_.below(bytes.size() - 1));
    }
    uint64_t end = offset + bytes.size();
    uint64_t growth = end > node_->cached.size() ? end - node_->cached.size() : 0;
    uint64_t room = files_.capacity_ - std::min(files_.capacity_, files_.used());
    if (growth > room && error == 0) {
      uint64_t cut = std::min<uint64_t>(growth - room, bytes.size());
      bytes.resize(bytes.size() - cut);
      if (bytes.empty()) error = ENOSPC;
    }
    if (growth <= room || error == 0) change({false, offset, bytes});
    if (!power.ok()) return power;
    if (error != 0) return errno_status(error, "injected write");
    return bytes.size();
  }

  Result<size_t> read(char* into, size_t size, uint64_t offset) override {
    std::lock_guard lock(files_.mutex_);
    if (files_.crashed_ || life_ != files_.life_) return errno_status(EIO, "injected read");
    if (offset >= node_->cached.size()) return size_t{0};
    return node_->cached.copy(into, size, offset);
  }

  Status sync_data() override { return sync(); }
  Status sync() override {
    std::unique_lock lock(files_.mutex_);
    wait_while_held(lock);
    CLOGS_RETURN_IF_ERROR(begin());
    bool fails = files_.chance(files_.faults_.sync_error);
    if (files_.faults_.failing_syncs > 0) fails = files_.faults_.failing_syncs-- > 0;
    if (fails) {
      files_.tear(*node_);
      return errno_status(EIO, "injected sync");
    }
    for (const Change& one : node_->changes) apply(one, node_->durable);
    node_->changes.clear();
    return ok_status();
  }

  Status truncate(uint64_t size) override {
    std::unique_lock lock(files_.mutex_);
    wait_while_held(lock);
    CLOGS_RETURN_IF_ERROR(begin());
    if (files_.chance(files_.faults_.truncate_error)) return errno_status(EIO, "injected cut");
    change({true, size, ""});
    return ok_status();
  }

  Result<uint64_t> size() override {
    std::lock_guard lock(files_.mutex_);
    if (files_.crashed_ || life_ != files_.life_) return errno_status(EIO, "injected stat");
    return uint64_t{node_->cached.size()};
  }

 private:
  void wait_while_held(std::unique_lock<std::mutex>& lock) {
    if (!files_.holding_) return;
    ++files_.waiting_;
    files_.held_.notify_all();
    files_.released_.wait(lock, [this] { return !files_.holding_; });
    --files_.waiting_;
  }
  Status begin() {
    if (life_ != files_.life_) return errno_status(EIO, "injected: of an earlier life");
    return files_.begin_change();
  }
  void change(Change one) {
    if (life_ != files_.life_) return;
    apply(one, node_->cached);
    node_->changes.push_back(std::move(one));
  }

  FaultFileSystem& files_;
  std::shared_ptr<Node> node_;
  uint64_t life_;
};

class FaultFileSystem::Lock final : public FileLock {
 public:
  Lock(FaultFileSystem& files, std::string path, LockMode mode)
      : files_(files), path_(std::move(path)), mode_(mode), life_(files.life_) {}
  ~Lock() override {
    std::lock_guard lock(files_.mutex_);
    if (life_ == files_.life_) files_.locks_[path_] -= mode_ == LockMode::exclusive ? -1 : 1;
  }

 private:
  FaultFileSystem& files_;
  std::string path_;
  LockMode mode_;
  uint64_t life_;
};

FaultFileSystem::FaultFileSystem(uint64_t seed) : random_(seed) {
  names_["/"] = durable_names_["/"] = {};
}
FaultFileSystem::~FaultFileSystem() = default;

bool FaultFileSystem::chance(double probability) {
  return probability > 0 && std::uniform_real_distribution<>(0, 1)(random_) < probability;
}
size_t FaultFileSystem::below(size_t bound) {
  return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
}

Status FaultFileSystem::begin_change() {
  if (calls_left_ == 0) crashed_ = true;
  if (!crashed_ && calls_left_ != UINT64_MAX) --calls_left_;
  return crashed_ ? errno_status(EIO, "injected: the power is gone") : ok_status();
}

uint64_t FaultFileSystem::used() const {
  uint64_t bytes = 0;
  for (const auto& [path, name] : names_) bytes += name.node ? name.node->cached.size() : 0;
  return bytes;
}

void FaultFileSystem::apply(const Change& change, std::string& bytes) {
  if (change.is_truncate) {
    bytes.resize(change.offset);
    return;
  }
  uint64_t end = change.offset + change.bytes.size();
  if (bytes.size() < end) bytes.resize(end);
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

// Some of the changes reach the disk, each whole or in part; the rest never will.
void FaultFileSystem::tear(Node& node) {
  constexpr size_t sector = 512;
  for (const Change& change : node.changes) {
    size_t kind = below(4);
    if (kind == 0) continue;
    if (kind == 1 || change.is_truncate) {
      apply(change, node.durable);
    } else if (kind == 2) {
      size_t length = below(change.bytes.size() + 1);
      apply({false, change.offset, change.bytes.substr(0, length)}, node.durable);
    } else {
      for (size_t at = 0; at < change.bytes.size(); at += sector) {
        if (chance(0.5)) {
          apply({false, change.offset + at, change.bytes.substr(at, sector)}, node.durable);
        }
      }
    }
  }
  node.changes.clear();
}

void FaultFileSystem::set_faults(Faults faults) {
  std::lock_guard lock(mutex_);
  faults_ = faults;
}
void FaultFileSystem::set_capacity(uint64_t bytes) {
  std::lock_guard lock(mutex_);
  capacity_ = bytes;
}
void FaultFileSystem::crash_after(uint64_t calls) {
  std::lock_guard lock(mutex_);
  calls_left_ = calls;
}
void FaultFileSystem::crash() {
  std::lock_guard lock(mutex_);
  crashed_ = true;
}
bool FaultFileSystem::crashed() const {
  std::lock_guard lock(mutex_);
  return crashed_;
}

void FaultFileSystem::restart(bool keep_cache) {
  std::lock_guard lock(mutex_);
  ++life_;
  crashed_ = false;
  calls_left_ = UINT64_MAX;
  faults_ = {};
  locks_.clear();
  if (keep_cache) return;
  std::map<std::string, Name> left;
  std::map<std::string, Name> all = durable_names_;
  all.insert(names_.begin(), names_.end());
  for (const auto& [path, name] : all) {
    auto cached = names_.find(path);
    auto durable = durable_names_.find(path);
    bool differ = cached == names_.end() || durable == durable_names_.end() ||
                  !(cached->second == durable->second);
    const auto& chosen = !differ || chance(0.5) ? durable : cached;
    if (chosen == names_.end() || chosen == durable_names_.end()) continue;
    if (path != "/" && !left.contains(parent_of(path))) continue;
    left[path] = chosen->second;
  }
  for (auto& [path, name] : left) {
    if (name.node == nullptr) continue;
    tear(*name.node);
    name.node->cached = name.node->durable;
  }
  names_ = durable_names_ = left;
}

void FaultFileSystem::hold() {
  std::lock_guard lock(mutex_);
  holding_ = true;
}
void FaultFileSystem::wake() {
  std::lock_guard lock(mutex_);
  held_.notify_all();
}
void FaultFileSystem::release() {
  std::lock_guard lock(mutex_);
  holding_ = false;
  released_.notify_all();
}

std::string FaultFileSystem::contents(const std::string& path) const {
  std::lock_guard lock(mutex_);
  auto found = names_.find(path);
  return found == names_.end() || !found->second.node ? "" : found->second.node->cached;
}
void FaultFileSystem::overwrite(const std::string& path, uint64_t offset, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  Node& node = *names_.at(path).node;
  apply({false, offset, std::string(bytes)}, node.cached);
  apply({false, offset, std::string(bytes)}, node.durable);
}
void FaultFileSystem::resize(const std::string& path, uint64_t size) {
  std::lock_guard lock(mutex_);
  names_.at(path).node->cached.resize(size);
  names_.at(path).node->durable.resize(size);
}
std::vector<std::string> FaultFileSystem::paths() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> result;
  for (const auto& [path, name] : names_) {
    if (name.node) result.push_back(path);
  }
  return result;
}

Result<std::unique_ptr<File>> FaultFileSystem::open(const std::string& path, OpenMode mode) {
  std::lock_guard lock(mutex_);
  if (crashed_) return errno_status(EIO, "injected open");
  auto found = names_.find(path);
  if (mode == OpenMode::create) {
    CLOGS_RETURN_IF_ERROR(begin_change());
    if (found != names_.end()) return errno_status(EEXIST, path);
    if (!names_.contains(parent_of(path))) return errno_status(ENOENT, path);
    found = names_.emplace(path, Name{std::make_shared<Node>()}).first;
  }
  if (found == names_.end()) return errno_status(ENOENT, path);
  return std::unique_ptr<File>(std::make_unique<OpenFile>(*this, found->second.node));
}

Status FaultFileSystem::make_directory(const std::string& path) {
  std::lock_guard lock(mutex_);
  CLOGS_RETURN_IF_ERROR(begin_change());
  if (names_.contains(path)) return errno_status(EEXIST, path);
  if (!names_.contains(parent_of(path))) return errno_status(ENOENT, path);
  names_[path] = {};
  return ok_status();
}

Result<std::vector<DirectoryEntry>> FaultFileSystem::list(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (crashed_) return errno_status(EIO, "injected list");
  if (!names_.contains(path)) return errno_status(ENOENT, path);
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, value] : names_) {
    if (name != "/" && parent_of(name) == path) {
      entries.push_back({name.substr(name.rfind('/') + 1), value.node == nullptr});
    }
  }
  return entries;
}

Status FaultFileSystem::remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  CLOGS_RETURN_IF_ERROR(begin_change());
  return names_.erase(path) > 0 ? ok_status() : errno_status(ENOENT, path);
}
Status FaultFileSystem::remove_directory(const std::string& path) { return remove(path); }

// A rename is atomic; that of a file is durable when the directory is synced, that of a directory
// at once.
Status FaultFileSystem::rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  CLOGS_RETURN_IF_ERROR(begin_change());
  auto found = names_.find(from);
  if (found == names_.end()) return errno_status(ENOENT, from);
  if (found->second.node != nullptr) {
    names_[to] = found->second;
    names_.erase(from);
    return ok_status();
  }
  for (auto* names : {&names_, &durable_names_}) {
    std::map<std::string, Name> moved;
    std::erase_if(*names, [&](const auto& entry) {
      const bool moves = entry.first == from || entry.first.starts_with(from + "/");
      if (moves) moved[to + entry.first.substr(from.size())] = entry.second;
      return moves;
    });
    for (auto& [path, name] : moved) (*names)[path] = name;
  }
  return ok_status();
}

Status FaultFileSystem::sync_directory(const std::string& path) {
  std::lock_guard lock(mutex_);
  CLOGS_RETURN_IF_ERROR(begin_change());
  if (!names_.contains(path)) return errno_status(ENOENT, path);
  if (chance(faults_.directory_error)) return errno_status(EIO, "injected directory sync");
  std::erase_if(durable_names_, [&](const auto& entry) {
    return entry.first != "/" && parent_of(entry.first) == path && !names_.contains(entry.first);
  });
  for (const auto& [name, value] : names_) {
    if (name != "/" && parent_of(name) == path) durable_names_[name] = value;
  }
  return ok_status();
}

Result<uint64_t> FaultFileSystem::free_bytes(const std::string&) {
  std::lock_guard lock(mutex_);
  return capacity_ - std::min(capacity_, used());
}

Result<std::unique_ptr<FileLock>> FaultFileSystem::lock(const std::string& path, LockMode mode) {
  std::lock_guard guard(mutex_);
  if (crashed_) return errno_status(EIO, "injected lock");
  int& holders = locks_[path];
  if (holders < 0 || (mode == LockMode::exclusive && holders > 0)) {
    return Status(Code::aborted, "in use by another process");
  }
  if (mode == LockMode::exclusive && !names_.contains(path)) {
    names_[path] = {std::make_shared<Node>()};
  }
  holders += mode == LockMode::exclusive ? -1 : 1;
  return std::unique_ptr<FileLock>(std::make_unique<Lock>(*this, path, mode));
}

}  // namespace clogs::store
