// A batch on its way: the framed bytes of a clogs.v1.IngestRequest and what is known about them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/queue/spool.h"
#include "core/send/transport.h"

namespace clogs::client {

constexpr int no_endpoint = -1;

struct Batch {
  queue::BatchId id;
  uint64_t records = 0;
  // Where the batch stands among those of this client, for flush: its first sequence, which the
  // parts of a split batch keep. 0: adopted, so before every flush.
  uint64_t order = 0;
  std::shared_ptr<const std::string> message;     // with its prefix
  std::shared_ptr<const std::string> compressed;  // the same, where it is sent so
  std::optional<queue::SpoolPosition> position;   // empty: in memory only
  bool evicted = false;                           // it was in the spool, whose segment had to go
  send::TimePoint born;
  send::TimePoint next_try;  // not before
  unsigned attempts = 0;
  int home = no_endpoint;      // the only endpoint that it may be sent to
  bool may_be_stored = false;  // an attempt ended without the server's word
  int marked = no_endpoint;    // the endpoint of which the spool knows that it may have it
  bool renumbered = false;     // it had another sequence before
  std::optional<send::Transport::CallId> call;
  int at = no_endpoint;  // of `call`
};

// Keys put at the end of every record: appends them as `common` fields of a clogs.v1.Batch.
void put_common_text(std::string_view key, std::string_view value, std::string& out);
void put_common_integer(std::string_view key, int64_t value, std::string& out);

// Writes batches of one producer. The records come last and straight from the queue, so the length
// in front of them has a fixed width and is filled in afterwards.
class BatchWriter {
 public:
  // `common`: as put_common_...() made it.
  BatchWriter(std::string stream, std::string common);
  void begin(const queue::BatchId& id, std::string& out) const;
  // `records` fields of clogs.v1.Batch stand behind what begin() wrote.
  static void end(std::string& out);

 private:
  std::string stream_;
  std::string common_;
};

// The body as the spool keeps it, and back.
std::string_view body_of(const std::string& message);
std::string message_of(std::string_view body);

// One record as a `records` field.
void put_record(std::string_view record, std::string& out);

// The `records` fields of a message in two parts of about the same number; empty: malformed.
struct Halves {
  std::string first;
  std::string second;
  uint64_t first_records = 0;
};
std::optional<Halves> halve(const std::string& message, uint64_t records);

// How many records an IngestResponse rejects, and why the first one was; nothing where it cannot
// be read.
struct Rejections {
  uint64_t count = 0;
  std::string first;
};
Rejections read_rejections(std::string_view response);

}  // namespace clogs::client
