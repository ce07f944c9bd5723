// A :where compiled: decides for one record at a time without allocating (but for keys of :in).
#pragma once

#include "server/query/eval/filter.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// Not to be shared between threads: filters of time keep what they looked up last.
FilterPtr compile(const Pred& pred, const FilterContext& context);

}  // namespace clogs::query
