#include "server/api/rpc/stream.h"

namespace clogs::api::rpc {

bool too_late(const CallContext& context) {
  return context.deadline && std::chrono::steady_clock::now() >= *context.deadline;
}

CallStatus deadline_status() {
  return {
      Code::deadline_exceeded, "The call's deadline passed before an answer could be shown", {}};
}

CallStatus cancelled_status() { return {Code::cancelled, "The call was cancelled", {}}; }

}  // namespace clogs::api::rpc
