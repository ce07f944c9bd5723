// Records in the order of their arrival, as `records` fields of clogs.v1.Batch, one behind the
// other in a chain of equal chunks.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/queue/chunk_source.h"

namespace clogs::queue {

// Bytes of a record of `size` bytes as a field: tag, length, bytes.
size_t frame_bytes(size_t size) noexcept;

// Not thread-safe. A frame may lie across chunks, so no byte of a chunk is wasted: the memory is
// that of the frames, two chunks that are partly used, and at most `spare_chunks_max` kept ones.
class FrameFifo {
 public:
  // Chunks kept for the next records: 3 MiB, what 8,192 records of the usual size fill. Mapping and
  // first touching a chunk costs some 100 ns for each record in it, three times what a push costs.
  static constexpr size_t spare_chunks_max = 48;

  explicit FrameFifo(ChunkSource& source) : source_(source) {}
  ~FrameFifo();
  FrameFifo(const FrameFifo&) = delete;
  FrameFifo& operator=(const FrameFifo&) = delete;

  // False, with nothing changed, when there is no memory.
  bool push(std::string_view record) noexcept;
  // The bytes of the oldest frame; 0 when empty.
  size_t front_bytes() const noexcept;
  // The oldest frame behind the end of `out`, whose capacity is large enough.
  void pop(std::string& out) noexcept;
  void drop() noexcept;
  void clear() noexcept;
  // Gives one kept chunk back if that many were never needed since the last call.
  void trim() noexcept;

  size_t frames() const noexcept { return frames_; }
  size_t bytes() const noexcept { return bytes_; }
  // When the chunk with the oldest frame was begun: never after that frame was pushed. min() when
  // empty.
  std::chrono::steady_clock::time_point oldest() const noexcept;

 private:
  struct Chunk {
    Chunk* next;
    std::chrono::steady_clock::time_point begun;
  };
  static constexpr size_t capacity = chunk_bytes - sizeof(Chunk);
  static char* data(Chunk* chunk) noexcept { return reinterpret_cast<char*>(chunk + 1); }

  // Makes room for `size` bytes behind the tail.
  bool provide(size_t size) noexcept;
  void write(const char* from, size_t size) noexcept;
  // Frees `size` bytes at the head, copied behind the end of `out` if there is one.
  void leave(size_t size, std::string* out) noexcept;
  void free_chunk(Chunk* chunk) noexcept;

  ChunkSource& source_;
  Chunk* head_ = nullptr;
  Chunk* tail_ = nullptr;  // the chunk that is written; provided ones follow it
  size_t read_ = 0;        // position in head_
  size_t written_ = 0;     // position in tail_
  Chunk* spare_ = nullptr;
  size_t spares_ = 0;
  size_t spares_min_ = 0;  // the fewest since the last trim()
  size_t frames_ = 0;
  size_t bytes_ = 0;
};

}  // namespace clogs::queue
