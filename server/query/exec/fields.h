// What fields there are: names with types, and the values of one.
#pragma once

#include <string_view>
#include <vector>

#include "server/query/engine.h"
#include "server/query/exec/run.h"

namespace clogs::query {

// Names that one thread tells apart; of records with more wild keys than that those that came first
// are counted, and the answer says so.
constexpr size_t field_names_max = 10'000;

// Nested maps are told by their leaves ("http.status"), other collections as one value. Most
// frequent first, then by name. What the look-up itself cut stands in the warnings.
Result<FoundFields> find_fields(Run& run, size_t limit);
// Most frequent first, then by value.
Result<FoundValues> find_field_values(Run& run, std::string_view field, size_t limit);

}  // namespace clogs::query
