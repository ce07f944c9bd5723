#include "server/query/exec/spill.h"

#include <fmt/core.h>
#include <xxhash.h>
#include <zstd.h>

namespace clogs::query {
namespace {

// Fast enough not to be felt beside the sorting, and a fifth of the bytes.
constexpr int zstd_level = 1;

}  // namespace

SpillCodec::SpillCodec() = default;
SpillCodec::~SpillCodec() = default;
void SpillCodec::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void SpillCodec::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Result<TempFile*> Spill::file() {
  std::lock_guard lock(mutex_);
  if (!file_) {
    CLOGS_ASSIGN_OR_RETURN(file_, options_.files->create(options_.dir));
  }
  return file_.get();
}

Status Spill::over_limit() const {
  return resource_exhausted(fmt::format(
      "the query needs more temporary files than query.max-spill-bytes {}", options_.max_bytes));
}

Status Spill::check_room(uint64_t bytes) {
  if (used_ >= options_.max_bytes) return over_limit();
  if (options_.reserve_bytes == 0) return ok_status();
  CLOGS_ASSIGN_OR_RETURN(const uint64_t free, options_.files->free_bytes(options_.dir));
  if (free >= bytes && free - bytes >= options_.reserve_bytes) return ok_status();
  return unavailable(fmt::format("a temporary file would leave less than {} bytes free in {}",
                                 options_.reserve_bytes, options_.dir));
}

Result<SpilledBlock> Spill::write(std::string_view raw, SpillCodec& codec) {
  CLOGS_ASSIGN_OR_RETURN(TempFile * file, this->file());
  if (!codec.compress_) codec.compress_.reset(ZSTD_createCCtx());
  codec.stored_.resize(ZSTD_compressBound(raw.size()));
  const size_t packed = ZSTD_compressCCtx(codec.compress_.get(), codec.stored_.data(),
                                          codec.stored_.size(), raw.data(), raw.size(), zstd_level);
  const bool smaller = ZSTD_isError(packed) == 0 && packed < raw.size();
  const std::string_view stored = smaller ? std::string_view(codec.stored_.data(), packed) : raw;
  SpilledBlock block;
  block.stored_bytes = static_cast<uint32_t>(stored.size());
  block.raw_bytes = static_cast<uint32_t>(raw.size());
  block.sum = XXH3_64bits(stored.data(), stored.size());
  if (used_.fetch_add(stored.size()) + stored.size() > options_.max_bytes) {
    used_.fetch_sub(stored.size());
    return over_limit();
  }
  block.offset = end_.fetch_add(stored.size());
  for (size_t done = 0; done < stored.size();) {
    CLOGS_ASSIGN_OR_RETURN(const size_t written,
                           file->write(stored.substr(done), block.offset + done));
    if (written == 0) return unavailable("a temporary file takes no more bytes");
    done += written;
  }
  return block;
}

void Spill::discard(const SpilledBlock& block) {
  Result<TempFile*> file = this->file();
  if (file.ok() && (*file)->discard(block.offset, block.stored_bytes)) used_ -= block.stored_bytes;
}

Status Spill::read(const SpilledBlock& block, SpillCodec& codec, std::string& raw) {
  CLOGS_ASSIGN_OR_RETURN(TempFile * file, this->file());
  const bool packed = block.stored_bytes != block.raw_bytes;
  std::string& stored = packed ? codec.stored_ : raw;
  stored.resize(block.stored_bytes);
  for (size_t done = 0; done < stored.size();) {
    CLOGS_ASSIGN_OR_RETURN(const size_t got, file->read(stored.data() + done, stored.size() - done,
                                                        block.offset + done));
    if (got == 0) return data_loss("a temporary file of the query has lost its end");
    done += got;
  }
  Status damaged = data_loss("a temporary file of the query has changed on disk");
  if (XXH3_64bits(stored.data(), stored.size()) != block.sum) return damaged;
  if (!packed) return ok_status();
  if (!codec.decompress_) codec.decompress_.reset(ZSTD_createDCtx());
  raw.resize(block.raw_bytes);
  const size_t size = ZSTD_decompressDCtx(codec.decompress_.get(), raw.data(), raw.size(),
                                          stored.data(), stored.size());
  return size == raw.size() ? ok_status() : damaged;
}

}  // namespace clogs::query
