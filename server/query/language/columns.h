// The columns of an answer, and the checks that need the whole query.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query {

// Group columns in query order, then aggregates.
std::vector<std::string> grouped_columns(const Query& query);
// Those of the answer, after :select. Empty where they are only known from the rows: raw rows
// without :select, or with :* or :except in it.
std::optional<std::vector<std::string>> answer_columns(const Query& query);

namespace language {

// :clogs/duplicate-column, :clogs/unknown-column (what :having :order-by :distinct :select of
// grouped rows name), and keys that do not go together. The path of a problem is that of its
// clause.
bool check_whole(Context& context, const Query& query);

}  // namespace language
}  // namespace clogs::query
