// Standard output as the verbs write their answers to it.
#pragma once

#include <string_view>

#include "clogs/result.h"
#include "server/query/format.h"

namespace clogs::app {

// unavailable where not all could be written (a closed pipe, a full disk).
Status write_out(std::string_view text);
Status flush_out();
// Ends the answer of a query and flushes: one form or object gets the line end that rows bring
// along.
Status end_answer(query::Format format);

}  // namespace clogs::app
