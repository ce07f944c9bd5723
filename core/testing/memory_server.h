// What a server knows and does, in memory: batches really are decoded, and a producer's batch is
// stored once.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/send/transport.h"

namespace clogs::testing {

class MemoryServer {
 public:
  // Sequences below the highest one of a producer that are told apart, as the server has them
  // (docs/api.md).
  static constexpr uint64_t window = 4096;

  struct Stored {
    std::string edn;
    std::string json;
  };

  // The outcome of an Ingest call with this framed message. `reject`: every record of it.
  send::Outcome ingest(std::string_view message, bool reject);

  const std::vector<Stored>& records() const { return records_; }
  uint64_t duplicates() const { return duplicates_; }
  void clear();

 private:
  struct Producer {
    uint64_t highest = 0;
    std::map<uint64_t, std::string> answers;  // by sequence: the first one
  };
  struct Batch;

  std::string store(const Batch& batch, bool reject, uint64_t& accepted);

  std::map<std::string, Producer, std::less<>> producers_;
  std::vector<Stored> records_;
  uint64_t duplicates_ = 0;
};

}  // namespace clogs::testing
