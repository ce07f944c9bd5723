// What fields there are: names with types, and the values of one.
#pragma once

#include <string_view>
#include <vector>

#include "server/query/engine.h"
#include "server/query/exec/run.h"

namespace clogs::query {

// Names that one answer tells apart; records with more wild keys than that are counted under those
// that came first.
constexpr size_t field_names_max = 10'000;

// Nested maps are told by their leaves ("http.status"), other collections as one value. Most
// frequent first, then by name.
Result<std::vector<FieldInfo>> find_fields(Run& run, size_t limit);
// Most frequent first, then by value.
Result<std::vector<FieldValue>> find_field_values(Run& run, std::string_view field, size_t limit);

}  // namespace clogs::query
