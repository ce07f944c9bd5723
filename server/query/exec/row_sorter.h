// Sorts any number of records in a share of memory: sorted runs go to the query's spill when the
// share is full.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/query/exec/control.h"
#include "server/query/exec/row_merge.h"

namespace clogs::query {

// Of the memory of one query, what its sorts may take each.
struct SortMemory {
  size_t rows_bytes = 0;   // rows kept before they are spilled
  size_t block_bytes = 0;  // read and written at once

  // `sorters`: how many keep rows at the same time.
  static SortMemory of(size_t budget_bytes, unsigned sorters);
};

constexpr uint64_t all_rows = std::numeric_limits<uint64_t>::max();

// What the sorters of one query share; all of it outlives them.
struct SortContext {
  Spill& spill;
  Control& control;
  std::string_view tenant;
  SortMemory memory;
};

// One thread's. A failure of the disk is told to the control, which ends the scan; what is in
// memory then stays, so that every row that was taken is in the answer.
class RowSorter {
 public:
  // Keeps the first `wanted` rows of `rank`. With a rank by distinct, one row of each kind.
  RowSorter(const SortContext& context, const RowRank& rank, uint64_t wanted);
  // `key`: what the rank reads of the row. Both are copied where they are kept.
  void take(const PackedRow& row, KeyView key);
  // Sorts what is in memory; nothing is taken afterwards.
  void finish();

  // After finish(). Cursors do not outlive the sorter and `codec`.
  Status open(RowMerge& merge, SpillCodec& codec) const;

 private:
  void take_distinct(const PackedRow& row, KeyView key);
  bool is_full() const;
  void make_room();
  void cut();
  void spill();
  Result<RowRun> write_run();
  void merge_runs();
  Result<RowRun> merged(RunWriter& writer, RowMerge& merge);
  void compact();
  void index_rows();

  const SortContext context_;
  const RowRank& rank_;
  const uint64_t wanted_;
  const bool distinct_;
  SpillCodec codec_;
  RowBuffer rows_;
  size_t unused_bytes_ = 0;  // in rows_, of rows that were replaced
  RowBuffer last_;           // empty, or the last of `wanted` rows: what comes after it is not
  // By distinct: where in rows_ a kind is. Views of rows_' keys.
  std::unordered_map<std::string_view, size_t> index_;
  std::vector<RowRun> runs_;
  bool spilling_failed_ = false;
};

}  // namespace clogs::query
