#include "server/query/exec/row_merge.h"

#include <algorithm>
#include <utility>

namespace clogs::query {

bool RowMerge::before(size_t a, size_t b) const {
  const RowCursor& left = *cursors_[a];
  const RowCursor& right = *cursors_[b];
  return rank_.before(left.key(), left.row().place, right.key(), right.row().place);
}

Status RowMerge::add(std::unique_ptr<RowCursor> cursor) {
  CLOGS_ASSIGN_OR_RETURN(const bool any, cursor->next());
  if (!any) return ok_status();
  cursors_.push_back(std::move(cursor));
  for (size_t at = cursors_.size() - 1; at > 0 && before(at, (at - 1) / 2); at = (at - 1) / 2) {
    std::swap(cursors_[at], cursors_[(at - 1) / 2]);
  }
  return ok_status();
}

Result<RowCursor*> RowMerge::next() {
  if (begun_ && !cursors_.empty()) {
    CLOGS_ASSIGN_OR_RETURN(const bool more, cursors_[0]->next());
    if (!more) {
      cursors_[0] = std::move(cursors_.back());
      cursors_.pop_back();
    }
    sift_down();
  }
  begun_ = true;
  return cursors_.empty() ? nullptr : cursors_[0].get();
}

void RowMerge::sift_down() {
  for (size_t at = 0;;) {
    size_t first = at;
    for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < cursors_.size(); ++child) {
      if (before(child, first)) first = child;
    }
    if (first == at) return;
    std::swap(cursors_[at], cursors_[first]);
    at = first;
  }
}

}  // namespace clogs::query
