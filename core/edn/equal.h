// Duplicates among map keys and set elements. equal() and hash() are declared in tape.h.
#pragma once

#include "core/edn/tape.h"

namespace clogs::edn {

// A key of a map or an element of a set that is equal to an earlier one, or no view. At worst
// O(n log n) in the nodes of the collection whatever the input: hashes are seeded at random in each
// process.
View find_duplicate(View collection);

}  // namespace clogs::edn
