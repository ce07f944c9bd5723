// `clogs query` against a server.
#pragma once

#include <string>

#include "server/app/cli/options.h"
#include "server/query/engine.h"
#include "server/query/format.h"

namespace clogs::app {

// Gives the exit code. `params` travel as the query's own :params.
int run_remote_query(const QueryOptions& options, std::string text, const query::Params& params,
                     query::Format format);

}  // namespace clogs::app
