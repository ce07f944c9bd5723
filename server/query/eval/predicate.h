// A :where compiled: decides for one record at a time without allocating.
#pragma once

#include "server/query/eval/filter.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// Not to be shared between threads: some keep scratch space or what they looked up last.
FilterPtr compile(const Pred& pred, const FilterContext& context);

}  // namespace clogs::query
