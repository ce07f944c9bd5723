#include "core/send/message_stream.h"

#include <utility>

namespace clogs::send {
namespace {

// Of the stream's window: read bytes go back in portions, or each message would wake the loop.
constexpr size_t portions_of_window = 4;

class Http2Stream final : public MessageStream {
 public:
  Http2Stream(std::shared_ptr<Inbox> inbox, std::shared_ptr<StreamState> state,
              Transport::CallId call)
      : inbox_(std::move(inbox)), state_(std::move(state)), call_(call) {}
  ~Http2Stream() override { cancel(); }

  Result<bool> next(std::string& message, TimePoint until) override {
    std::unique_lock lock(inbox_->mutex);
    const auto something = [this] { return !state_->messages.empty() || state_->ended; };
    if (until == TimePoint::max()) {
      state_->changed.wait(lock, something);
    } else if (!state_->changed.wait_until(lock, until, something)) {
      return Status(Code::deadline_exceeded, "No message came in time");
    }
    if (state_->messages.empty()) {
      if (state_->end.ok()) return false;
      return state_->end;
    }
    StreamState::Message& first = state_->messages.front();
    message = std::move(first.body);
    state_->taken_bytes += first.wire_bytes;
    state_->messages.pop_front();
    const bool server_may_wait =
        state_->taken_bytes >= inbox_->stream_window / portions_of_window ||
        (state_->messages.empty() && state_->partial_bytes > 0);
    if (server_may_wait && !state_->ended && inbox_->loop != nullptr) inbox_->loop->wake();
    return true;
  }

  void cancel() noexcept override {
    const std::lock_guard lock(inbox_->mutex);
    if (state_->ended) return;
    end_stream(*state_, Status(Code::cancelled, "The stream was cancelled"));
    if (inbox_->loop == nullptr) return;
    inbox_->cancelled.push_back(call_);
    inbox_->loop->wake();
  }

 private:
  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<StreamState> state_;
  Transport::CallId call_;
};

}  // namespace

std::unique_ptr<MessageStream> make_message_stream(std::shared_ptr<Inbox> inbox,
                                                   std::shared_ptr<StreamState> state,
                                                   Transport::CallId call) {
  return std::make_unique<Http2Stream>(std::move(inbox), std::move(state), call);
}

void end_stream(StreamState& state, Status end) {
  if (state.ended) return;
  state.ended = true;
  state.end = std::move(end);
  state.changed.notify_all();
}

}  // namespace clogs::send
