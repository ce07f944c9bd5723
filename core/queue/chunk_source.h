// Where the queue's memory comes from: whole chunks, mapped and unmapped, so that what was given
// back is gone from the process and a forked child never needs the allocator's locks.
#pragma once

#include <cstddef>

namespace clogs::queue {

// Bytes of one chunk, its header included. Some 240 records of the usual size, so that chunks are
// rarely changed; small enough that an idle queue costs next to nothing.
constexpr size_t chunk_bytes = size_t{64} << 10;

// Called under the queue's lock.
class ChunkSource {
 public:
  // `chunk_bytes` bytes, aligned for anything; null when there is no memory.
  virtual void* get() noexcept = 0;
  virtual void put(void* chunk) noexcept = 0;

 protected:
  // Not virtual, so that a source without state needs no destruction.
  ~ChunkSource() = default;
};

// Anonymous memory of the system; it has no state and outlives every static object, as clients do
// that end on their own threads while the process ends.
ChunkSource& mapped_chunks();

}  // namespace clogs::queue
