// What a batch must be for its frame to be readable again.
#pragma once

#include "clogs/status.h"
#include "server/ingest/sink.h"

namespace clogs::store {

// invalid_argument or out_of_range with the reason. Puts rejected_edn onto one line, as
// the printer prints it.
Status check_batch(ingest::Batch& batch);

}  // namespace clogs::store
