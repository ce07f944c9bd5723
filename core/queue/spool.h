// Batches on disk until they are acknowledged, so that neither a dead server nor a killed process
// loses them. docs/spool.md describes the files and what the sender owes them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/queue/file_system.h"

namespace clogs::queue {

struct SpoolOptions {
  std::string directory;                       // made if missing, for the owner only
  std::string service;                         // whose spools are adopted; at most 256 bytes
  uint64_t max_bytes = uint64_t{1} << 30;      // then the oldest segment goes, counted
  uint64_t segment_bytes = uint64_t{8} << 20;  // at most an eighth of max_bytes
  // Syncs each append to the disk: survives a power cut, not only a killed process.
  bool sync = false;
};

// The identity under which the server stores a batch once, whoever sends it.
struct BatchId {
  std::string producer;
  uint64_t sequence = 0;
};

// Where a batch stands in the spool.
struct SpoolPosition {
  uint64_t segment = 0;
  uint64_t offset = 0;
};

struct SpooledBatch {
  BatchId id;
  uint64_t records = 0;
  SpoolPosition position;
  std::string body;           // the encoded clogs.v1.IngestRequest
  int64_t written_nanos = 0;  // Unix time of append()
  // mark_sent() was called for it, in this process or the dead one: it may be stored. Beyond the 24
  // hours for which the server knows its id, sending it could store it twice.
  bool maybe_sent = false;
  uint32_t endpoint = 0;  // endpoint_tag() of where it was sent last; 0: not known
};

// By what a spool knows an endpoint again; never 0. Two endpoints share one once in 16 million.
uint32_t endpoint_tag(std::string_view endpoint);

struct SpoolStats {
  uint64_t bytes = 0;    // on disk
  uint64_t batches = 0;  // waiting, adopted ones included
  uint64_t records = 0;
  uint64_t dropped_records = 0;  // of segments that went for want of room
  uint64_t adopted_batches = 0;
  uint64_t damaged_bytes = 0;  // passed over while reading
};

// One process's own segments plus those of dead processes of the same service that it adopted. Used
// by one thread, the sender's. In a forked child it refuses everything, and its destructor touches
// no file: the child opens its own.
class Spool {
 public:
  // Takes a folder of its own inside `directory` under a file lock and adopts folders whose owner
  // is dead. Failure: unavailable, permission... the client then goes on without a spool and says
  // so.
  static Result<std::unique_ptr<Spool>> open(SpoolOptions options,
                                             FileSystem& files = posix_file_system());
  // Takes the own folder away if nothing waits in it.
  ~Spool();

  // In the file (written, not necessarily synced) when it returns OK; otherwise the caller still
  // has it, and it is taken back from the file. (Where the disk refuses even that, it may be
  // adopted one day, under its id.) out_of_range for a batch that no spool of this size can hold.
  Result<SpoolPosition> append(const BatchId& id, uint64_t records, std::string_view body);
  // The oldest waiting batch behind `after` (from the begin if empty), read back and checked;
  // nothing at the end. Adopted ones come first. Damage is passed over and counted.
  Result<std::optional<SpooledBatch>> next(const std::optional<SpoolPosition>& after);
  // Before a batch is sent for the first time, and before it goes to another endpoint.
  Status mark_sent(const SpoolPosition& position, std::string_view endpoint);
  // It is stored at the server, or never will be. A segment without waiting batches is deleted. A
  // position that is gone is passed over.
  void remove(const SpoolPosition& position);

  SpoolStats stats() const;

 private:
  struct Impl;
  explicit Spool(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::queue
