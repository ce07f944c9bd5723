// Between gRPC's types and those of calls.h.
#pragma once

#include <string>

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include "server/api/calls.h"

namespace clogs::api {

std::string bytes_of(const grpc::ByteBuffer& buffer);
// Valid also for an empty message; finishing a raw call with OK and without a valid buffer aborts
// the process.
grpc::ByteBuffer buffer_of(std::string bytes);
grpc::Status grpc_status(const CallStatus& status);
CallContext call_context(const grpc::CallbackServerContext& context);
// Whether the client calls from this machine, where sending bytes costs less than compressing them.
bool is_local(const grpc::CallbackServerContext& context);

}  // namespace clogs::api
