// "Did you mean": the nearest known names by edit distance, and names that other query languages
// use for what ours calls otherwise.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/edn/value.h"

namespace clogs::query::language {

// At most three of `known`, best first, as keywords: synonyms of `name`, then names within an edit
// distance of a third of its length.
std::vector<edn::Value> suggest(std::string_view name, std::span<const std::string_view> known);
// The same among names that are not fixed, as columns.
std::vector<edn::Value> suggest(std::string_view name, const std::vector<std::string>& known);

// Insertions, deletions, substitutions and swaps of neighbours, by bytes.
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace clogs::query::language
