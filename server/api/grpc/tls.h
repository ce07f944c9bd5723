// The certificates of the gRPC port.
#pragma once

#include <memory>

#include "clogs/result.h"
#include "server/api/grpc/server.h"

namespace grpc {
class ServerCredentials;
}

namespace clogs::api {

// Reads the files now. invalid_argument if one is unreadable or not what it should be: gRPC itself
// would only refuse the port without a reason.
Result<std::shared_ptr<grpc::ServerCredentials>> make_credentials(
    const std::optional<GrpcTls>& options);

}  // namespace clogs::api
