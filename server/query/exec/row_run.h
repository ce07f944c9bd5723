// Sorted runs of records in a spill, written and read a block at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/query/exec/row_buffer.h"
#include "server/query/exec/spill.h"

namespace clogs::query {

struct RowRun {
  std::vector<SpilledBlock> blocks;
  uint64_t rows = 0;
};

class RunWriter {
 public:
  // `block_bytes`: a block is closed once it has as many; a longer row is a block of its own.
  RunWriter(Spill& spill, SpillCodec& codec, size_t block_bytes)
      : spill_(spill), codec_(codec), block_bytes_(block_bytes) {}
  Status add(std::string_view packed);
  // Writes what is left and gives the run.
  Result<RowRun> finish();

 private:
  Status flush();

  Spill& spill_;
  SpillCodec& codec_;
  size_t block_bytes_;
  std::string block_;
  RowRun run_;
};

// Makes the entry of a packed row again.
class RowReader {
 public:
  explicit RowReader(std::string_view tenant) { entry_.tenant = tenant; }
  // Lives until the next call, and no longer than the row.
  Result<const Entry*> read(const PackedRow& row);

 private:
  edn::Tape tape_;
  Entry entry_;
};

// Gives the rows of a buffer or of a run in their order. Rows, keys and entries live until the next
// call of next().
class RowCursor {
 public:
  virtual ~RowCursor() = default;
  virtual Result<bool> next() = 0;
  const PackedRow& row() const { return row_; }
  KeyView key() const { return key_; }
  Result<const Entry*> entry();

 protected:
  explicit RowCursor(std::string_view tenant) : reader_(tenant) {}
  // To be called by next() when row_ has changed.
  void forget() { entry_ = nullptr; }

  PackedRow row_;
  KeyView key_;

 private:
  RowReader reader_;
  const Entry* entry_ = nullptr;
};

class BufferCursor final : public RowCursor {
 public:
  // `buffer` is sorted and outlives the cursor.
  BufferCursor(const RowBuffer& buffer, std::string_view tenant)
      : RowCursor(tenant), buffer_(buffer) {}
  Result<bool> next() override;

 private:
  const RowBuffer& buffer_;
  size_t next_ = 0;
};

class RunCursor final : public RowCursor {
 public:
  // All of them outlive the cursor; `codec` may be shared within a thread.
  RunCursor(const RowRun& run, Spill& spill, SpillCodec& codec, const RowRank& rank,
            std::string_view tenant)
      : RowCursor(tenant), run_(run), spill_(spill), codec_(codec), rank_(rank) {}
  Result<bool> next() override;

 private:
  const RowRun& run_;
  Spill& spill_;
  SpillCodec& codec_;
  const RowRank& rank_;
  RowRank::Scratch scratch_;
  SortKey views_;
  size_t next_block_ = 0;
  std::string block_;
  size_t at_ = 0;
};

}  // namespace clogs::query
