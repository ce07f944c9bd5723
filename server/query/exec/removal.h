// The records that a deletion would concern: how many, and some of them.
#pragma once

#include <cstddef>

#include "server/query/engine.h"
#include "server/query/exec/run.h"

namespace clogs::query {

constexpr size_t removal_examples_max = 5;

// Fills everything but the deletion's number.
Status find_removal(Run& run, Removal& removal);

}  // namespace clogs::query
