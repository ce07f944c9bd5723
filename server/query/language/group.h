// :group-by.
//
// Normalised: a group prints as its field, or [:as name ..] where its column's name is not the
// field's; widths and offsets of time buckets are nanoseconds; a time zone equal to the query's is
// left out.
#pragma once

#include <string_view>
#include <vector>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

bool read_groups(Context& context, const edn::Value& value, std::vector<Group>& out);
edn::Value group_value(const Group& group, std::string_view query_tz);

}  // namespace clogs::query::language
