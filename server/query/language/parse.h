// From the text of a query to its canonical form.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "server/query/language/ast.h"
#include "server/query/language/input.h"

namespace clogs::query {

// invalid_argument "Invalid query: <sentence> at [:where 1 0]; did you mean := or :in?" with
// details
// {:code :clogs/unknown-operator :path [:where 1 0] :got :equals :did-you-mean [:= :in] :line 4
// :column 9} (docs/query.md lists the codes); unimplemented with :code :clogs/not-implemented for
// what the language has but this version does not run. `now_nanos` is only used to check that
// relative times stay within what int64 nanoseconds hold; they stay relative in the result.
Result<Query> parse(std::string_view text, Syntax syntax, const Params& params, int64_t now_nanos);

struct Parsed {
  std::optional<Query> query;           // empty if there is an error among the diagnostics
  std::vector<Diagnostic> diagnostics;  // errors and warnings in the order of the text
  Status status;                        // what parse() would have said
};

// The same, collecting everything that is wrong instead of the first, and warnings besides.
Parsed parse_with_diagnostics(std::string_view text, Syntax syntax, const Params& params,
                              int64_t now_nanos);

}  // namespace clogs::query
