// The two services on gRPC's callback API, with messages as raw bytes.
#pragma once

#include <memory>
#include <vector>

#include "server/api/calls.h"
#include "server/api/grpc/active_calls.h"
#include "server/api/grpc/answers.h"
#include "server/api/grpc/limits.h"

namespace grpc {
class Service;
}

namespace clogs::api {

// What they are given outlives them.
std::vector<std::unique_ptr<grpc::Service>> make_grpc_services(const GrpcLimits& limits,
                                                               const Services& services,
                                                               Calls& calls, ActiveCalls& active,
                                                               Answers& answers);

}  // namespace clogs::api
