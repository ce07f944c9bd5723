// What the gRPC library says by itself.
#pragma once

namespace clogs::api {

// From now on the library writes nothing to standard error but the reason of an abort. Its lines
// about clients (failed handshakes, broken connections) would stand amid the server's own
// structured log, at any client's pleasure. Process-wide, repeatable.
void quiet_core_log();

}  // namespace clogs::api
