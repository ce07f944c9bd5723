// A unary call: one message in, one answer out, whose work ends early when the client leaves.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "server/api/calls.h"
#include "server/api/grpc/bytes.h"
#include "server/api/grpc/limits.h"

namespace clogs::api {

// Owned by gRPC from its making to OnDone.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  // `context` and `response` are gRPC's and live until OnDone.
  UnaryCall(const GrpcLimits& limits, grpc::CallbackServerContext& context,
            grpc::ByteBuffer& response)
      : compress_(limits.compress_loopback || !is_local(context)),
        context_(context),
        response_(response) {}

  // Set when the client is gone or its deadline has passed.
  const std::shared_ptr<std::atomic<bool>>& cancelled() const { return cancelled_; }

  // Once. The call may be gone when this returns.
  void answer(const CallStatus& status, std::string bytes) {
    // The lowest level is gzip where the client takes it, else nothing.
    const bool worth_it = compress_ && bytes.size() >= compress_min_bytes;
    if (worth_it) context_.set_compression_level(GRPC_COMPRESS_LEVEL_LOW);
    response_ = buffer_of(std::move(bytes));
    Finish(grpc_status(status));
  }

  void OnCancel() override { cancelled_->store(true); }
  void OnDone() override { std::unique_ptr<UnaryCall>(this).reset(); }

 private:
  const bool compress_;
  grpc::CallbackServerContext& context_;
  grpc::ByteBuffer& response_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace clogs::api
