// The one call a record costs: submit(length) of what JavaScript wrote into the scratch memory.
#pragma once

#include <napi.h>

#include "clogs/client.h"
#include "environment.h"

namespace clogs::node {

// A function of its own for each client: the client comes as the function's data, and neither a
// wrapper is opened nor an argument converted but the length. It keeps a handle of the client.
napi_value make_submitter(napi_env env, Environment& environment, const Client& client);

}  // namespace clogs::node
