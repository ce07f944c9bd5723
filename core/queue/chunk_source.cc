#include "core/queue/chunk_source.h"

#include <type_traits>

#include <sys/mman.h>

namespace clogs::queue {
namespace {

class MappedChunks final : public ChunkSource {
 public:
  void* get() noexcept override {
    void* chunk =
        ::mmap(nullptr, chunk_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return chunk == MAP_FAILED ? nullptr : chunk;
  }
  void put(void* chunk) noexcept override { ::munmap(chunk, chunk_bytes); }
};

}  // namespace

ChunkSource& mapped_chunks() {
  static MappedChunks source;
  static_assert(std::is_trivially_destructible_v<MappedChunks>);
  return source;
}

}  // namespace clogs::queue
