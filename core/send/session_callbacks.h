// What nghttp2 calls. C++ exceptions must not pass through it: they end the connection.
#pragma once

#include <nghttp2/nghttp2.h>

namespace clogs::send {

class Session;

struct SessionCallbacks {
  // 0, or an error of nghttp2.
  static int make_session(Session* self, nghttp2_session** out);
  // Reads the message of the stream's call.
  static nghttp2_data_provider body();

 private:
  static int set_callbacks(nghttp2_session_callbacks* callbacks);
  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                    size_t name_size, const uint8_t* value, size_t value_size, uint8_t flags,
                    void* self);
  static int data_chunk(nghttp2_session*, uint8_t flags, int32_t stream_id, const uint8_t* data,
                        size_t size, void* self);
  static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int stream_closed(nghttp2_session*, int32_t stream_id, uint32_t error, void* self);
  static int problem(nghttp2_session*, int code, const char* text, size_t size, void* self);
  static ssize_t data_length(nghttp2_session*, uint8_t type, int32_t stream_id,
                             int32_t connection_window, int32_t stream_window,
                             uint32_t max_frame_size, void* self);
  static ssize_t read_body(nghttp2_session*, int32_t stream_id, uint8_t* buffer, size_t room,
                           uint32_t* flags, nghttp2_data_source* source, void* self);
  static int send_body(nghttp2_session*, nghttp2_frame* frame, const uint8_t* frame_header,
                       size_t size, nghttp2_data_source* source, void* self);
};

}  // namespace clogs::send
