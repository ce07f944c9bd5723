// Where `clogs ingest` puts batches: a running server, or a data directory that none holds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/app/cli/options.h"

namespace clogs::app {

struct OutgoingBatch {
  std::string stream;
  std::string lines;  // EDN maps, one a line
  uint32_t count = 0;
  bool has_meta = false;  // lines carry clogs/ keys
  // The batch's id; without a producer the destination gives one that no other run has.
  std::string producer;
  uint64_t sequence = 0;
};

struct Stored {
  uint64_t accepted = 0;
  bool duplicate = false;             // an earlier batch with this id was stored, this one not
  std::vector<std::string> refusals;  // a sentence each
};

class Destination {
 public:
  virtual ~Destination() = default;
  // Returns when the batch is on disk. Retries what may be retried; a batch is never stored twice
  // by a retry.
  virtual Result<Stored> store(OutgoingBatch batch) = 0;
};

Result<std::unique_ptr<Destination>> open_destination(const IngestOptions& options);

}  // namespace clogs::app
