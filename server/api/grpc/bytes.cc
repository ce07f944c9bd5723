#include "server/api/grpc/bytes.h"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <grpcpp/support/slice.h>

namespace clogs::api {

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::ByteBuffer buffer_of(std::string bytes) {
  // The slice takes the string over: no copy of a block of rows.
  auto owned = std::make_unique<std::string>(std::move(bytes));
  std::string* raw = owned.release();
  const grpc::Slice slice(
      raw->data(), raw->size(),
      [](void* string) { std::unique_ptr<std::string>(static_cast<std::string*>(string)); }, raw);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::Status grpc_status(const CallStatus& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code), status.message,
                      status.details_bin);
}

CallContext call_context(const grpc::CallbackServerContext& context) {
  CallContext out;
  const auto& metadata = context.client_metadata();
  if (const auto it = metadata.find("authorization"); it != metadata.end()) {
    out.authorization.assign(it->second.data(), it->second.size());
  }
  if (const auto it = metadata.find("clogs-tenant"); it != metadata.end()) {
    out.tenant.assign(it->second.data(), it->second.size());
  }
  const auto deadline = context.deadline();
  if (deadline != std::chrono::system_clock::time_point::max()) {
    out.deadline = std::chrono::steady_clock::now() +
                   std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                       deadline - std::chrono::system_clock::now());
  }
  return out;
}

bool is_local(const grpc::CallbackServerContext& context) {
  const std::string peer = context.peer();
  return peer.starts_with("ipv4:127.") || peer.starts_with("ipv6:%5B::1%5D") ||
         peer.starts_with("ipv6:[::1]") || peer.starts_with("unix:");
}

}  // namespace clogs::api
