// A server's bytes into the session: whatever it says, each call ends at most once and nothing
// leaks.
#include <algorithm>
#include <cstdint>
#include <set>

#include "core/send/session.h"

namespace {

using clogs::send::Call;
using clogs::send::Inbox;
using clogs::send::Request;
using clogs::send::Session;
using clogs::send::SessionOptions;
using clogs::send::StreamState;
using clogs::send::TimePoint;

constexpr size_t max_message_bytes = 4096;
constexpr size_t out_limit = size_t{64} << 10;

// What the caller does between two pieces of the server's bytes.
bool go_on(Session& session, std::set<const Call*>& ended) {
  for (const auto& end : session.take_ended()) {
    if (!ended.insert(end.call).second) __builtin_trap();
  }
  session.release_windows();
  std::string out;
  return session.pack(out, out_limit).ok() && !session.over();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = data[0] % 64 + size_t{1};
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const SessionOptions options;
  const auto inbox = std::make_shared<Inbox>();
  const Request request{"/t/T", std::make_shared<const std::string>(5, '\0'), TimePoint::max()};
  Call unary(request, max_message_bytes);
  Call stream(request, max_message_bytes);
  stream.stream = std::make_shared<StreamState>();

  Session session(options, inbox);
  if (!session.open().ok() || !session.submit(unary, {}).ok() || !session.submit(stream, {}).ok()) {
    return 0;
  }
  std::set<const Call*> ended;
  bool alive = go_on(session, ended);
  for (size_t at = 0; alive && at < bytes.size(); at += piece) {
    alive = session.receive(bytes.substr(at, piece)).ok() && go_on(session, ended);
  }
  session.fail_all("lost");
  go_on(session, ended);
  if (ended.size() != 2) __builtin_trap();
  return 0;
}
