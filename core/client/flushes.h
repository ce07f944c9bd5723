// Those who wait until what was submitted before is delivered.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "clogs/stats.h"
#include "core/send/loop.h"

namespace clogs::client {

// Positions are numbers of records in the order in which they entered the queue. The caller cuts
// batches so that none goes over a waiting target (next_target()), and so a batch lies before a
// flush or behind it as a whole.
class Flushes {
 public:
  using Done = std::function<void(FlushResult)>;
  struct Finished {
    Done done;
    FlushResult result;
  };

  // `target`: the position behind the last record that the flush waits for. `outstanding`: records
  // that have left the queue, or wait in the spool, and are not resolved. Returns its name.
  uint64_t add(uint64_t target, uint64_t outstanding, send::TimePoint deadline, Done done);

  bool empty() const { return waiting_.empty(); }
  // Whether somebody waits for records that are still in the queue.
  bool wants_queue() const;
  // The smallest target that is not yet taken from the queue; max where there is none.
  uint64_t next_target() const;

  // A batch was formed. Flushes whose records are not all taken wait for it.
  void on_formed(uint64_t records);
  // The queue's front is at `front`; the last batch formed has this order. `empty`: nothing waits
  // in the queue, whatever the positions say.
  void on_taken(uint64_t front, bool empty, uint64_t last_order);
  // Records of the queue's front were dropped.
  void on_dropped_from_queue(uint64_t records);
  // Records of the batch of this order (0: adopted) reached their end, `lost` of them not stored.
  void on_resolved(uint64_t order, uint64_t records, uint64_t lost);

  // Those that are over, by delivery or by their deadline.
  std::vector<Finished> finish(send::TimePoint now, uint64_t front);
  // All of them, as they stand.
  std::vector<Finished> finish_all(uint64_t front);
  // Ends one early and says how it stands; false: it is over already.
  bool withdraw(uint64_t name, uint64_t front, FlushResult& result);
  send::TimePoint next_deadline() const;
  void clear() { waiting_.clear(); }

 private:
  struct Flush {
    uint64_t name = 0;
    uint64_t target = 0;
    bool taken = false;        // all of it has left the queue
    uint64_t last_order = 0;   // of its batches, once taken
    uint64_t outstanding = 0;  // of what has left the queue
    bool lost = false;
    send::TimePoint deadline;
    Done done;
  };
  static FlushResult result_of(const Flush& flush, uint64_t front);

  std::vector<Flush> waiting_;
  uint64_t last_name_ = 0;
};

}  // namespace clogs::client
