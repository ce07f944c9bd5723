#include "core/send/session.h"

#include <algorithm>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "core/send/grpc_status.h"
#include "core/send/gzip.h"
#include "core/send/session_callbacks.h"

namespace clogs::send {
namespace {

constexpr int32_t connection_stream = 0;
// What HTTP/2 recommends a server to allow at least; taken until it says its number.
constexpr size_t first_concurrent_streams = 100;

std::string nghttp2_problem(int error) { return nghttp2_strerror(error); }

class Headers {
 public:
  void add(std::string_view name, std::string_view value, bool secret = false) {
    nghttp2_nv header{};
    header.name = bytes(name);
    header.namelen = name.size();
    header.value = bytes(value);
    header.valuelen = value.size();
    header.flags = secret ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
    list_.push_back(header);
  }
  const std::vector<nghttp2_nv>& list() const { return list_; }

 private:
  // nghttp2 copies and does not write.
  static uint8_t* bytes(std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  }
  std::vector<nghttp2_nv> list_;
};

bool reserved(std::string_view name) {
  return name.empty() || name.front() == ':' || name.substr(0, 5) == "grpc-" || name == "te" ||
         name == "content-type" || name == "user-agent" || name == "host" || name == "connection" ||
         name == "transfer-encoding";
}

}  // namespace

Status check_metadata(const Metadata& metadata) {
  for (const auto& [name, value] : metadata) {
    const auto* name_bytes = reinterpret_cast<const uint8_t*>(name.data());
    const auto* value_bytes = reinterpret_cast<const uint8_t*>(value.data());
    if (reserved(name) || nghttp2_check_header_name(name_bytes, name.size()) == 0) {
      return invalid_argument("Header '" + name + "' cannot go with a call");
    }
    if (nghttp2_check_header_value(value_bytes, value.size()) == 0) {
      return invalid_argument("The value of header '" + name + "' has illegal characters");
    }
  }
  return {};
}

Session::Session(const SessionOptions& options, std::shared_ptr<Inbox> inbox)
    : options_(options), inbox_(std::move(inbox)) {}

Session::~Session() { nghttp2_session_del(session_); }

Status Session::open() {
  if (const int error = SessionCallbacks::make_session(this, &session_); error != 0) {
    return unavailable("HTTP/2: " + nghttp2_problem(error));
  }
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options_.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(max_header_bytes)},
  };
  int error = nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  if (error == 0) {
    error = nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, connection_stream,
                                                  static_cast<int32_t>(options_.connection_window));
  }
  return error == 0 ? Status() : unavailable("HTTP/2: " + nghttp2_problem(error));
}

Status Session::submit(Call& call, TimePoint now) {
  std::string timeout;
  Headers headers;
  headers.add(":method", "POST");
  headers.add(":scheme", options_.scheme);
  headers.add(":path", call.request.method);
  headers.add(":authority", options_.authority);
  headers.add("te", "trailers");
  headers.add("content-type", "application/grpc");
  headers.add("user-agent", options_.user_agent);
  headers.add("grpc-accept-encoding", has_gzip() ? "identity,gzip" : "identity");
  if (!call.request.message->empty() && call.request.message->front() == 1) {
    headers.add("grpc-encoding", "gzip");
  }
  // Changes with every call: indexed, it would push the others out of the table.
  if (call.request.deadline != TimePoint::max()) {
    timeout = grpc_timeout(call.request.deadline - now);
    headers.add("grpc-timeout", timeout, true);
  }
  for (const auto& [name, value] : options_.metadata) headers.add(name, value, true);

  const nghttp2_data_provider body = SessionCallbacks::body();
  const int32_t stream = nghttp2_submit_request(session_, nullptr, headers.list().data(),
                                                headers.list().size(), &body, nullptr);
  if (stream < 0) return unavailable("HTTP/2: " + nghttp2_problem(stream));
  call.stream_id = stream;
  call.sent_bytes = 0;
  call.headers_sent = false;
  active_.emplace(stream, &call);
  return {};
}

void Session::give_up(Call& call) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call.stream_id, NGHTTP2_CANCEL);
  active_.erase(call.stream_id);
}

size_t Session::room() const {
  if (draining_) return 0;
  size_t most =
      nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  if (!settings_seen_) most = std::min(most, first_concurrent_streams);
  return most > active_.size() ? most - active_.size() : 0;
}

Call* Session::call_of(int32_t stream_id) const {
  const auto it = active_.find(stream_id);
  return it == active_.end() ? nullptr : it->second;
}

void Session::finish(Call& call, Outcome outcome) {
  active_.erase(call.stream_id);
  if (!call.stream && outcome.status.ok()) {
    if (call.messages.size() == 1) {
      outcome.response = std::move(call.messages.front());
    } else {
      outcome = transport_failure(
          Code::internal,
          "The answer has " + std::to_string(call.messages.size()) + " messages, not one");
    }
  }
  ended_.push_back(Ended{&call, std::move(outcome)});
}

// The answer cannot be used: the call ends here and the server is told.
void Session::refuse(Call& call, const Status& why) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call.stream_id, NGHTTP2_CANCEL);
  finish(call, transport_failure(why.code(), why.message()));
}

Status Session::receive(std::string_view bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto taken = nghttp2_session_mem_recv(session_, data, bytes.size());
  if (taken < 0) {
    return unavailable(problem_.empty() ? nghttp2_problem(static_cast<int>(taken)) : problem_);
  }
  return {};
}

Status Session::pack(std::string& out, size_t limit) {
  out_ = &out;
  out_limit_ = limit;
  Status status;
  while (out.size() < limit) {
    const uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) {
      status = unavailable(problem_.empty() ? nghttp2_problem(static_cast<int>(size)) : problem_);
    }
    if (size <= 0) break;
    out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  }
  out_ = nullptr;
  return status;
}

// Bytes of the connection go back at once, so that a slow reader of one stream does not stop the
// other calls. Those of a stream go back when they are read; those of a unary answer at once.
int Session::on_data(int32_t stream_id, std::string_view bytes) {
  nghttp2_session_consume_connection(session_, bytes.size());
  Call* const call = call_of(stream_id);
  if (call == nullptr) return nghttp2_session_consume_stream(session_, stream_id, bytes.size());
  std::vector<std::string> messages;
  const Status status = call->response.data(bytes, messages);
  if (!status.ok()) {
    nghttp2_session_consume_stream(session_, stream_id, bytes.size());
    refuse(*call, status);
    return 0;
  }
  if (call->stream) {
    deliver(*call, bytes.size(), std::move(messages));
    return 0;
  }
  std::move(messages.begin(), messages.end(), std::back_inserter(call->messages));
  return nghttp2_session_consume_stream(session_, stream_id, bytes.size());
}

void Session::deliver(Call& call, size_t bytes, std::vector<std::string> messages) {
  const std::lock_guard lock(inbox_->mutex);
  StreamState& state = *call.stream;
  state.partial_bytes += bytes;
  for (std::string& message : messages) {
    state.messages.push_back({std::move(message), std::exchange(state.partial_bytes, 0)});
  }
  if (!messages.empty()) state.changed.notify_all();
  // Nothing to read and a message larger than the window: it could never become complete.
  if (state.messages.empty()) {
    nghttp2_session_consume_stream(session_, call.stream_id, std::exchange(state.partial_bytes, 0));
  }
}

void Session::release_windows() {
  const std::lock_guard lock(inbox_->mutex);
  for (const auto& [stream_id, call] : active_) {
    if (!call->stream) continue;
    StreamState& state = *call->stream;
    size_t bytes = std::exchange(state.taken_bytes, 0);
    if (state.messages.empty()) bytes += std::exchange(state.partial_bytes, 0);
    if (bytes > 0) nghttp2_session_consume_stream(session_, stream_id, bytes);
  }
}

// The answer is complete. A server that refuses early does not want the rest of our message, which
// would otherwise stay in the queue.
void Session::on_end_stream(int32_t stream_id) {
  Call* const call = call_of(stream_id);
  if (call == nullptr) return;
  if (!call->sent_all()) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream_id, NGHTTP2_CANCEL);
  }
  finish(*call, call->response.finish(std::nullopt));
}

void Session::on_goaway(uint32_t error, std::string_view debug) {
  constexpr size_t debug_at_most = 200;
  draining_ = true;
  calm_down_ = calm_down_ || error == NGHTTP2_ENHANCE_YOUR_CALM;
  if (error == NGHTTP2_NO_ERROR) return;
  problem_ = "the server ended it with " + http2_error_name(error);
  if (!debug.empty()) problem_ += ": " + std::string(debug.substr(0, debug_at_most));
}

void Session::fail_all(const std::string& why) {
  while (!active_.empty()) {
    Call& call = *active_.begin()->second;
    Outcome outcome = call.response.finish(NGHTTP2_NO_ERROR);
    // What the server said before the connection broke holds.
    if (outcome.by_transport || outcome.status.ok()) {
      outcome = transport_failure(Code::unavailable, why);
      outcome.unprocessed = !call.headers_sent;
    }
    finish(call, std::move(outcome));
  }
}

void Session::ping() { nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr); }

void Session::say_goodbye() { nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR); }

bool Session::over() const {
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

}  // namespace clogs::send
