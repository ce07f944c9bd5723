// :aggregations.
//
// Normalised: a map of aggregates is the vector sorted by name; {name :*} is [:count]; [:median e]
// is [:percentile e 50]; [:count :*] is [:count]; defaults of n and of :buckets are spelled out.
#pragma once

#include <vector>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

bool read_aggregates(Context& context, const edn::Value& value, std::vector<Aggregate>& out);
// [:count] named "count": what :group-by alone means.
Aggregate count_aggregate();
// A vector of [name aggregate].
edn::Value aggregates_value(const std::vector<Aggregate>& aggregates);

}  // namespace clogs::query::language
