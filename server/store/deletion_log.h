// DIR/deletions.edn: every deletion there was, appended and synced (docs/format.md).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "server/store/data_dir.h"
#include "server/store/deletion.h"
#include "server/store/file_system.h"
#include "server/store/recovery.h"
#include "server/store/source.h"

namespace clogs::store {

constexpr std::string_view deletion_log_name = "deletions.edn";

// Thread-safe.
class DeletionLog final : public DeletionSink {
 public:
  enum class Access : uint8_t { read, write };
  // A directory without the file has no deletions; the first one makes it. With `write` a torn end
  // is kept in DIR/torn and cut, and what is left is made durable; the directory is held
  // exclusively then. unimplemented for a newer version.
  static Result<std::unique_ptr<DeletionLog>> open(FileSystem& files, const DataDir& dir,
                                                   Access access);

  Result<Deletion> record_deletion(Deletion deletion) override;
  // The files hold nothing any more that these concern.
  Status mark_applied(std::span<const uint64_t> numbers, int64_t time);
  // From now on nothing is recorded.
  void close();

  DeletionList in_force(std::string_view tenant) const;
  std::vector<Deletion> all() const;
  int64_t last_time() const;  // of all moments; 0 if there is none
  uint64_t length() const;    // bytes that are committed; 0 without a file

  // Lines that could not be read: what they deleted may show.
  const std::vector<Damage>& damage() const { return damage_; }
  const std::vector<TornTail>& torn() const { return torn_; }

 private:
  DeletionLog(FileSystem& files, const DataDir& dir);
  Status load(Access access);
  Status read_lines(std::string_view text);
  Status take_line(std::string_view line);
  Status take_file_line(std::string_view line);
  Status take_deletion(std::string_view line);
  Status take_applied(std::string_view line);
  Status save_tail(std::string_view tail);
  Status make_durable(std::string_view text);
  Status check_room(const Deletion& deletion) const;
  Status create();
  Status append(std::string_view line);
  void publish();
  void add_damage(uint64_t offset, std::string reason);

  FileSystem& files_;
  const std::string dir_;
  const std::string path_;
  const uint16_t store_id_;
  std::vector<Damage> damage_;  // constant once it is open
  std::vector<TornTail> torn_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  uint32_t directory_version_;
  std::unique_ptr<File> file_;  // null: not there yet, or only read
  uint64_t length_ = 0;
  uint64_t last_line_ = 0;  // where the last good line begins
  Status refusal_;          // why nothing can be recorded
  std::vector<Deletion> all_;
  std::map<std::string, DeletionList, std::less<>> in_force_;
};

}  // namespace clogs::store
