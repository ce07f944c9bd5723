// The server that a verb talks to, and how Ctrl-C ends the talk.
#pragma once

#include "server/app/cli/options.h"
#include "server/app/remote/remote.h"

namespace clogs::app {

// --url, CLOGS_URL, or the default address.
remote::Target target_of(const RemoteOptions& options);

// Set by SIGINT and SIGTERM from the first call on; the verb then ends in order.
const remote::Stop& stop_on_signal();

}  // namespace clogs::app
