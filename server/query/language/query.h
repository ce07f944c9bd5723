// The query's map: its keys, each read by its own file, and the aliases of the first dialect.
//
// Normalised: :find is :select, :aggregate is :aggregations, :sort is :order-by; :from is a sorted
// list of streams; :from {:stream {..}} is part of :where; :group-by alone gets [[:count
// [:count]]]; a :pipe of stages that the flat keys can say is these keys (pipe.h); :limit is always
// set.
#pragma once

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

bool read_query(Context& context, const edn::Value& root, Query& out);

}  // namespace clogs::query::language
