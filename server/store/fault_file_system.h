// A file system in memory that fails, tears and forgets, for tests; deterministic by seed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/file_system.h"

namespace clogs::store {

// What a crash leaves: all that was synced; of the rest any subset, torn at any byte, and names not
// synced with their directory at random. Thread-safe.
class FaultFileSystem final : public FileSystem {
 public:
  // Chances of one call, 0 to 1.
  struct Faults {
    double short_write = 0;
    double write_error = 0;  // after a part was written; half of them ENOSPC, half EIO
    double sync_error = 0;   // EIO; a part reaches the disk, the rest is forgotten silently
    int failing_syncs = 0;   // the next ones fail for certain
    double truncate_error = 0;
    double directory_error = 0;  // of sync_directory
  };

  explicit FaultFileSystem(uint64_t seed);
  ~FaultFileSystem() override;

  void set_faults(Faults faults);
  void set_capacity(uint64_t bytes);
  // The power goes during the changing call after `calls` more; every later call fails.
  void crash_after(uint64_t calls);
  void crash();
  bool crashed() const;
  // Power is back. With `keep_cache` only the process died, and nothing written was lost.
  void restart(bool keep_cache);

  // Changing calls of files wait from now on until release(); wait_until_held() returns true
  // when one does, or false when `settled` says that none will.
  void hold();
  template <typename Settled>
  bool wait_until_held(Settled settled) {
    std::unique_lock lock(mutex_);
    held_.wait(lock, [&] { return waiting_ > 0 || settled(); });
    return waiting_ > 0;
  }
  void wake();  // `settled` may have become true
  void release();

  // For tests that look at bytes or damage them.
  std::string contents(const std::string& path) const;
  void overwrite(const std::string& path, uint64_t offset, std::string_view bytes);
  void resize(const std::string& path, uint64_t size);
  std::vector<std::string> paths() const;  // of files

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Status make_directory(const std::string& path) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& path) override;
  Status remove(const std::string& path) override;
  Status remove_directory(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status sync_directory(const std::string& path) override;
  Result<uint64_t> free_bytes(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path, LockMode mode) override;

 private:
  class OpenFile;
  class Lock;
  struct Change {
    bool is_truncate = false;
    uint64_t offset = 0;  // or the new size
    std::string bytes;
  };
  struct Node {
    std::string cached;  // what reads see
    std::string durable;
    std::vector<Change> changes;  // from durable to cached
  };
  struct Name {
    std::shared_ptr<Node> node;  // null: a directory
    bool operator==(const Name&) const = default;
  };

  bool chance(double probability);
  size_t below(size_t bound);
  Status begin_change();
  uint64_t used() const;
  void tear(Node& node);
  static void apply(const Change& change, std::string& bytes);

  mutable std::mutex mutex_;
  std::condition_variable held_;
  std::condition_variable released_;
  // Guarded by mutex_.
  std::mt19937_64 random_;
  Faults faults_;
  uint64_t capacity_ = UINT64_MAX;
  uint64_t calls_left_ = UINT64_MAX;
  bool crashed_ = false;
  uint64_t life_ = 0;
  bool holding_ = false;
  size_t waiting_ = 0;
  std::map<std::string, Name> names_;
  std::map<std::string, Name> durable_names_;
  std::map<std::string, int> locks_;  // -1 exclusive, else the number of shared ones
};

}  // namespace clogs::store
