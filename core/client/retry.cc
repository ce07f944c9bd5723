#include "core/client/retry.h"

#include <algorithm>

namespace clogs::client {
namespace {

// What the transport found out by itself. A batch has an identity, so all that may be a broken
// connection is tried again.
Verdict judge_transport(Code code) {
  switch (code) {
    case Code::ok:
      return Verdict::stored;
    case Code::unavailable:
    case Code::deadline_exceeded:
    case Code::cancelled:
    case Code::internal:
    case Code::unknown:
    case Code::aborted:
    case Code::data_loss:
    case Code::resource_exhausted:
      return Verdict::server_away;
    default:
      return Verdict::refused;
  }
}

}  // namespace

Verdict judge(const send::Outcome& outcome) {
  const Code code = outcome.status.code();
  if (outcome.by_transport) return judge_transport(code);
  switch (code) {
    case Code::ok:
    case Code::already_exists:
      return Verdict::stored;
    case Code::unavailable:
    case Code::deadline_exceeded:
      return Verdict::server_away;
    case Code::cancelled:
    case Code::aborted:
    case Code::out_of_range:
    case Code::data_loss:
      return Verdict::retry;
    case Code::resource_exhausted:
      return outcome.retry_delay ? Verdict::server_away : Verdict::too_large;
    case Code::failed_precondition:
      return Verdict::below_window;
    default:
      return Verdict::refused;
  }
}

bool may_be_stored(const send::Outcome& outcome) {
  if (outcome.unprocessed) return false;
  if (outcome.by_transport) return true;
  switch (outcome.status.code()) {
    // The server's word that the batch is not stored. `unavailable` is not among them: a proxy says
    // it too when it has lost the server in the middle of the call.
    case Code::resource_exhausted:
    case Code::failed_precondition:
    case Code::invalid_argument:
      return false;
    default:
      return true;
  }
}

std::chrono::nanoseconds Backoff::delay(unsigned failures, uint64_t random) const {
  constexpr unsigned most_doublings = 30;
  std::chrono::nanoseconds limit = initial;
  for (unsigned i = 0; i < std::min(failures, most_doublings) && limit < max; ++i) limit *= 2;
  limit = std::min(limit, max);
  if (limit.count() <= 0) return std::chrono::nanoseconds{0};
  return std::chrono::nanoseconds{
      static_cast<int64_t>(random % (static_cast<uint64_t>(limit.count()) + 1))};
}

}  // namespace clogs::client
