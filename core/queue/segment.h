// One file of a spool: batches one behind the other, each with the state in which it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/queue/file_system.h"
#include "core/queue/spool_format.h"

namespace clogs::queue {

// Not thread-safe. Holds no batch in memory.
class Segment {
 public:
  struct Batch {
    uint64_t offset = 0;
    BatchHead head;
    std::string body;
  };

  // An empty one in a new file.
  static Result<std::unique_ptr<Segment>> create(std::unique_ptr<File> file, SegmentHead head);
  // One that a dead process left: counts what waits, cuts a torn end away.
  static Result<std::unique_ptr<Segment>> load(std::unique_ptr<File> file);

  // Where it stands. After a failure the file is as before, or `broken()`: then nothing may be
  // appended any more, and what is there can be read.
  Result<uint64_t> append(BatchHead head, std::string_view body, bool sync);
  bool broken() const { return broken_; }

  // The first batch at or behind `from` that is not done, whole and checked.
  Result<std::optional<Batch>> next(uint64_t from);
  // Behind the batch at `offset`.
  uint64_t behind(uint64_t offset);
  // A batch that is done stays so; an offset without batch is passed over.
  Status mark(uint64_t offset, BatchState state, uint32_t endpoint = 0);

  const SegmentHead& head() const { return head_; }
  uint64_t bytes() const { return size_; }
  uint64_t batches() const { return batches_; }  // not done
  uint64_t records() const { return records_; }  // of those
  uint64_t damaged_bytes() const { return damaged_; }

 private:
  struct Found {
    uint64_t offset = 0;  // the end of the file if there is none
    std::optional<BatchHead> head;
    bool torn = false;  // what begins at `offset` is no damage: it was never written to its end
  };

  explicit Segment(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Result<Found> find(uint64_t from);
  Result<uint64_t> find_magic(uint64_t from);
  Result<std::optional<BatchHead>> head_at(uint64_t offset);
  bool is_done(uint64_t offset, const BatchHead& head) const;
  // Counts anew what waits.
  Status count(bool cut_torn_end);
  // A region without readable heads, or a body, is counted once.
  void add_damage(uint64_t from, uint64_t to);

  std::unique_ptr<File> file_;
  SegmentHead head_;
  uint64_t size_ = 0;
  uint64_t batches_ = 0;
  uint64_t records_ = 0;
  uint64_t damaged_ = 0;
  std::set<uint64_t> damage_;          // where counted regions begin
  std::set<uint64_t> done_in_memory_;  // batches whose state could not be written
  bool broken_ = false;
};

}  // namespace clogs::queue
