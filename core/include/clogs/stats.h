// What a client did with its records. Every record that was submitted or adopted is, at any time,
// in exactly one of: sent, rejected, dropped_*, in the queue, in the spool, or in flight:
//   submitted + adopted == sent + rejected + dropped() + queue_records + spool_records +
//                          in_flight_records
#pragma once

#include <cstdint>
#include <string>

namespace clogs {

struct Stats {
  uint64_t submitted = 0;  // given to submit(), and the client's own "N records dropped"
  uint64_t accepted = 0;   // of these, taken into the queue
  uint64_t adopted = 0;    // found in the spools of dead processes
  uint64_t sent = 0;       // acknowledged by the server: on its disk
  uint64_t rejected = 0;   // refused by the server one by one, or with their whole batch for good
  uint64_t retried = 0;    // batches sent again
  // Records lost, by reason.
  uint64_t dropped_queue_full = 0;
  uint64_t dropped_too_large = 0;
  uint64_t dropped_expired = 0;      // older than retry_max_age while the server was away
  uint64_t dropped_spool_full = 0;   // the oldest segment of the spool went
  uint64_t dropped_damaged = 0;      // could not be read back from the spool
  uint64_t dropped_closed = 0;       // submitted after close()
  uint64_t dropped_shutdown = 0;     // still waiting when shutdown_timeout was over
  uint64_t dropped_before_send = 0;  // by the before_send hook
  uint64_t dropped_malformed = 0;    // no clogs.v1.Record, or empty: a fault of the binding
  // Mended, not lost.
  uint64_t renamed_fields = 0;    // to attr.<name>, because the key is taken by another type
  uint64_t duplicate_fields = 0;  // a key twice in a record: the first one counted
  uint64_t repaired_text = 0;     // values that were not UTF-8
  uint64_t shortened = 0;         // records over the size limit, cut
  uint64_t redacted = 0;          // values
  uint64_t queue_records = 0;     // waiting now
  uint64_t queue_bytes = 0;
  uint64_t spool_records = 0;  // on disk, not acknowledged
  uint64_t spool_bytes = 0;
  uint64_t in_flight_records = 0;       // in batches that are only in memory
  int64_t last_success_unix_nanos = 0;  // 0: never
  std::string last_error;               // of delivery; empty: none so far

  uint64_t dropped() const {
    return dropped_queue_full + dropped_too_large + dropped_expired + dropped_spool_full +
           dropped_damaged + dropped_closed + dropped_shutdown + dropped_before_send +
           dropped_malformed;
  }
};

// The truth about a flush or a close: what had been submitted before it began and is not
// acknowledged (or in the spool, where on_full is spool and close() ends) stays in `remaining`.
struct FlushResult {
  bool delivered = false;  // remaining is 0 and nothing of it was dropped or rejected meanwhile
  uint64_t remaining = 0;
};

}  // namespace clogs
