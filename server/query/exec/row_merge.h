// Merges sorted runs and buffers into one order.
#pragma once

#include <memory>
#include <vector>

#include "server/query/exec/row_run.h"

namespace clogs::query {

class RowMerge {
 public:
  // `rank` outlives the merge.
  explicit RowMerge(const RowRank& rank) : rank_(rank) {}
  // Before the first next().
  Status add(std::unique_ptr<RowCursor> cursor);
  // The next row, nullptr at the end; lives until the next call.
  Result<RowCursor*> next();

 private:
  void sift_down();
  bool before(size_t a, size_t b) const;

  const RowRank& rank_;
  // A heap whose top is the first; what has ended is not in it.
  std::vector<std::unique_ptr<RowCursor>> cursors_;
  bool begun_ = false;
};

}  // namespace clogs::query
