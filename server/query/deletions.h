// Applies the deletions of a store to its records. The engine does this by itself; this header is
// for who reads records without a query: `clogs cat` and reindex.
#pragma once

#include <memory>
#include <string_view>

#include "clogs/result.h"
#include "server/store/deletion.h"
#include "server/store/reindex.h"

namespace clogs::query {

// For the records of `tenant`; one thread uses it. data_loss for a deletion that does not read.
Result<std::unique_ptr<store::DeletedLines>> compile_deletions(const store::DeletionList& list,
                                                               std::string_view tenant);

}  // namespace clogs::query
