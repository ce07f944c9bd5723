// The temporary file of one query: blocks of bytes, compressed, summed, bounded.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/query/exec/temp_file.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace clogs::query {

struct SpillOptions {
  TempFiles* files = nullptr;  // outlives the spill
  std::string dir;
  uint64_t max_bytes = 0;      // on disk
  uint64_t reserve_bytes = 0;  // of the disk, left free for others
};

// Where a block lies.
struct SpilledBlock {
  uint64_t offset = 0;
  uint32_t stored_bytes = 0;
  uint32_t raw_bytes = 0;  // equal to stored_bytes: not compressed
  uint64_t sum = 0;        // of the stored bytes
};

// One thread's compressor and decompressor with their memory.
class SpillCodec {
 public:
  SpillCodec();
  ~SpillCodec();

 private:
  friend class Spill;
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> compress_;    // made when first needed
  std::unique_ptr<ZSTD_DCtx_s, Free> decompress_;  // the same
  std::string stored_;
};

// Thread-safe. The file is made with the first block and goes with the Spill.
class Spill {
 public:
  explicit Spill(SpillOptions options) : options_(std::move(options)) {}

  // Whether there is room for about so many bytes more, before they are written.
  Status check_room(uint64_t bytes);
  // resource_exhausted past max_bytes; the file's own failure where it has one. Either way the
  // blocks that were written before stay readable.
  Result<SpilledBlock> write(std::string_view raw, SpillCodec& codec);
  // data_loss where the bytes are not those that were written.
  Status read(const SpilledBlock& block, SpillCodec& codec, std::string& raw);
  // Gives the disk back what a block takes.
  void discard(const SpilledBlock& block);
  // On disk.
  uint64_t bytes() const { return used_; }

 private:
  Result<TempFile*> file();
  Status over_limit() const;

  const SpillOptions options_;
  std::mutex mutex_;
  std::unique_ptr<TempFile> file_;  // made under mutex_, then only read
  std::atomic<uint64_t> end_{0};    // where the next block goes
  std::atomic<uint64_t> used_{0};   // of what is not discarded
};

}  // namespace clogs::query
