// Where accepted records go. Ingest owns this interface; the store implements it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "clogs/result.h"

namespace clogs::ingest {

// A batch's identity: the same pair is stored once.
struct BatchId {
  std::string producer;
  uint64_t sequence = 0;
};

// Validated records, ready to be written.
struct Batch {
  std::string tenant = "default";
  std::string stream = "logs";
  std::optional<BatchId> id;
  // `count` EDN maps, each on one line that ends in '\n'; no other byte.
  std::string lines;
  uint32_t count = 0;
  // The lines carry their own clogs/ keys (a restore).
  bool has_meta = false;
  // The part of the answer that a repeated batch must get again: what was refused of it, as an EDN
  // vector; empty if nothing was. Opaque to the sink.
  std::string rejected_edn;
};

struct Ack {
  uint32_t accepted = 0;
  bool duplicate = false;  // stored before: `accepted` and `rejected_edn` are of the first time
  std::string rejected_edn;
};

// Called once, from a thread of the sink's; must return quickly and not call the sink.
using Acknowledge = std::function<void(Result<Ack>)>;

class Sink {
 public:
  virtual ~Sink() = default;

  // Takes the batch and acknowledges it when it is on disk. Failures: resource_exhausted (memory
  // budget; retry soon), unavailable (disk full or shutting down; retry later), failed_precondition
  // (sequence below the producer's window). A failed batch is never visible. Thread-safe. The
  // acknowledgement may come before append() returns.
  virtual void append(Batch batch, Acknowledge done) = 0;

  // Reserves memory for a body that is about to be read, so that a server full of uploads refuses
  // the next one early. release() gives it back.
  virtual bool try_reserve(size_t bytes) = 0;
  virtual void release(size_t bytes) = 0;
};

}  // namespace clogs::ingest
