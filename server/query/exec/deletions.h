// The deletions that a query has to apply: parsed once, compiled once a thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/query/eval/entry.h"
#include "server/query/eval/filter.h"
#include "server/query/language/ast.h"
#include "server/query/language/time.h"
#include "server/store/deletion.h"
#include "server/store/source.h"

namespace clogs::query {

struct ParsedDeletion {
  int64_t time = 0;  // its moment
  Query query;
  Window window;
};

// Immutable; shared by the threads of a query.
using DeletionSet = std::vector<ParsedDeletion>;
using DeletionSetPtr = std::shared_ptr<const DeletionSet>;

// Null where there are none. data_loss for one that does not read: an answer without it would show
// what was deleted.
Result<DeletionSetPtr> parse_deletions(const store::DeletionList& list);

// Of one thread.
class DeletionFilter {
 public:
  // `set` may be null; it outlives the filter.
  explicit DeletionFilter(const DeletionSet* set);
  // Looks at which deletions concern the block at all; to be called before its records.
  void enter(const store::Block& block);
  bool deletes(const Entry& entry) const { return !concerned_.empty() && deletes_by_query(entry); }
  bool concerns_block() const { return !concerned_.empty(); }

 private:
  struct Compiled {
    const ParsedDeletion* deletion;
    FilterPtr filter;
  };
  bool deletes_by_query(const Entry& entry) const;

  std::vector<Compiled> all_;
  std::vector<const Compiled*> concerned_;  // by the block
};

}  // namespace clogs::query
