// Which records a deletion concerns: a predicate, or a query of which only the filters are said.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/query/language/ast.h"
#include "server/query/language/input.h"

namespace clogs::query {

// Takes a map with :where, :time, :from and :tz, and a bare predicate where it is no map; relative
// times are made absolute. invalid_argument as parse() says it, with :code :clogs/bad-deletion for
// any other clause, and for what would delete everything without saying {:where :true}.
Result<Query> parse_deletion(std::string_view text, Syntax syntax, int64_t now_nanos);

// The canonical text, EDN, with which parse_deletion() gives the same at any time.
std::string deletion_text(const Query& query);

}  // namespace clogs::query
