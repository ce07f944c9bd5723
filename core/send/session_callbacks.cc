#include "core/send/session_callbacks.h"

#include <algorithm>
#include <exception>
#include <string_view>

#include "core/send/session.h"

namespace clogs::send {
namespace {

constexpr size_t frame_header_bytes = 9;
// A DATA frame of ours: few frames for a batch; what is packed at once stays small (connection.cc).
constexpr int32_t data_frame_bytes = 64 << 10;

Session& session_of(void* self) { return *static_cast<Session*>(self); }

std::string_view text(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

template <typename Body>
int guarded(Body body) {
  try {
    return body();
  } catch (const std::exception&) {
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
}

struct FreeOptions {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
  void operator()(nghttp2_session_callbacks* callbacks) const {
    nghttp2_session_callbacks_del(callbacks);
  }
};

}  // namespace

int SessionCallbacks::make_session(Session* self, nghttp2_session** out) {
  nghttp2_option* option = nullptr;
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_option_new(&option) != 0) return NGHTTP2_ERR_NOMEM;
  const std::unique_ptr<nghttp2_option, FreeOptions> free_option(option);
  if (nghttp2_session_callbacks_new(&callbacks) != 0) return NGHTTP2_ERR_NOMEM;
  const std::unique_ptr<nghttp2_session_callbacks, FreeOptions> free_callbacks(callbacks);
  nghttp2_option_set_no_auto_window_update(option, 1);
  set_callbacks(callbacks);
  return nghttp2_session_client_new2(out, callbacks, self, option);
}

int SessionCallbacks::set_callbacks(nghttp2_session_callbacks* callbacks) {
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_chunk);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_received);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_closed);
  nghttp2_session_callbacks_set_error_callback2(callbacks, problem);
  nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks, data_length);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, send_body);
  return 0;
}

nghttp2_data_provider SessionCallbacks::body() {
  nghttp2_data_provider provider{};
  provider.read_callback = read_body;
  return provider;
}

int SessionCallbacks::begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  if (Call* call = session_of(self).call_of(frame->hd.stream_id)) call->response.begin_headers();
  return 0;
}

int SessionCallbacks::header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                             size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                             void* self) {
  return guarded([&] {
    Session& session = session_of(self);
    Call* const call = session.call_of(frame->hd.stream_id);
    if (call == nullptr) return 0;
    const Status status = call->response.header(text(name, name_size), text(value, value_size));
    if (!status.ok()) session.refuse(*call, status);
    return 0;
  });
}

int SessionCallbacks::data_chunk(nghttp2_session*, uint8_t, int32_t stream_id, const uint8_t* data,
                                 size_t size, void* self) {
  return guarded([&] { return session_of(self).on_data(stream_id, text(data, size)); });
}

int SessionCallbacks::frame_received(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  return guarded([&] {
    Session& session = session_of(self);
    switch (frame->hd.type) {
      case NGHTTP2_SETTINGS:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) session.settings_seen_ = true;
        break;
      case NGHTTP2_GOAWAY:
        session.on_goaway(frame->goaway.error_code,
                          text(frame->goaway.opaque_data, frame->goaway.opaque_data_len));
        break;
      case NGHTTP2_HEADERS:
      case NGHTTP2_DATA:
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
          session.on_end_stream(frame->hd.stream_id);
        }
        break;
      default:
        break;
    }
    return 0;
  });
}

int SessionCallbacks::frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  if (frame->hd.type != NGHTTP2_HEADERS) return 0;
  if (Call* call = session_of(self).call_of(frame->hd.stream_id)) call->headers_sent = true;
  return 0;
}

int SessionCallbacks::stream_closed(nghttp2_session*, int32_t stream_id, uint32_t error,
                                    void* self) {
  return guarded([&] {
    Session& session = session_of(self);
    Call* const call = session.call_of(stream_id);
    if (call == nullptr) return 0;
    Outcome outcome = call->response.finish(error);
    outcome.unprocessed = outcome.unprocessed || (outcome.by_transport && !call->headers_sent);
    session.finish(*call, std::move(outcome));
    return 0;
  });
}

int SessionCallbacks::problem(nghttp2_session*, int, const char* said, size_t size, void* self) {
  return guarded([&] {
    session_of(self).problem_.assign(said, size);
    return 0;
  });
}

ssize_t SessionCallbacks::data_length(nghttp2_session*, uint8_t, int32_t, int32_t connection_window,
                                      int32_t stream_window, uint32_t max_frame_size, void*) {
  const int32_t most = std::min({data_frame_bytes, connection_window, stream_window});
  return std::min(static_cast<ssize_t>(most), static_cast<ssize_t>(max_frame_size));
}

ssize_t SessionCallbacks::read_body(nghttp2_session*, int32_t stream_id, uint8_t*, size_t room,
                                    uint32_t* flags, nghttp2_data_source*, void* self) {
  const Call* const call = session_of(self).call_of(stream_id);
  if (call == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const size_t left = call->request.message->size() - call->sent_bytes;
  const size_t size = std::min(left, room);
  *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (size == left) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(size);
}

// Straight from the message into the buffer that goes to the socket.
int SessionCallbacks::send_body(nghttp2_session*, nghttp2_frame* frame, const uint8_t* frame_header,
                                size_t size, nghttp2_data_source*, void* self) {
  return guarded([&] {
    Session& session = session_of(self);
    Call* const call = session.call_of(frame->hd.stream_id);
    if (call == nullptr) return int{NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE};
    if (session.out_->size() >= session.out_limit_) return int{NGHTTP2_ERR_WOULDBLOCK};
    session.out_->append(text(frame_header, frame_header_bytes));
    session.out_->append(*call->request.message, call->sent_bytes, size);
    call->sent_bytes += size;
    return 0;
  });
}

}  // namespace clogs::send
