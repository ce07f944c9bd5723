// Batch ids that come from what is sent, so that a file that is sent again is stored once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/app/cli/destination.h"

namespace clogs::app {

// Batches of a chunk. Each chunk is a producer of its own with sequences from 1, as a server tells
// only so many sequences of one producer apart; a batch a producer would fill its table of
// producers. So many are what the table holds for a producer at the least.
constexpr size_t once_chunk_batches = 16;
// A chunk is held in memory until it is whole, because its id is of all its bytes; it ends early
// with the batch that reaches this.
constexpr size_t once_chunk_bytes = size_t{16} << 20;

// The chunks of one file. The same file name, stream and records give the same ids; one record
// more or less gives others, from its chunk on.
class OnceChunks {
 public:
  OnceChunks(std::string_view file, std::string_view stream);

  void add(OutgoingBatch batch);
  bool full() const;
  // The batches of the chunk, with their ids; the next chunk begins.
  std::vector<OutgoingBatch> take();

 private:
  std::string source_;  // what all ids of the file begin from
  uint64_t index_ = 0;  // of the chunk
  size_t bytes_ = 0;
  std::vector<OutgoingBatch> batches_;
};

}  // namespace clogs::app
