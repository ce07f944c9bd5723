// The server's side of one call: its headers, messages and trailers, and what they mean together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/send/framing.h"
#include "core/send/transport.h"

namespace clogs::send {

// Of names and values of one answer. gRPC servers keep to 8 KiB; the rest is room for proxies.
constexpr size_t max_header_bytes = size_t{64} << 10;

class Response {
 public:
  explicit Response(size_t max_message_bytes) : reader_(max_message_bytes) {}

  // A block of headers begins: the answer's, those of an interim answer (1xx), or the trailers.
  void begin_headers() { interim_ = false; }
  // Failure: resource_exhausted, the block is over its limit.
  Status header(std::string_view name, std::string_view value);
  // Body bytes. Complete messages are appended to `messages`. The body of what is not gRPC's answer
  // is passed over.
  Status data(std::string_view bytes, std::vector<std::string>& messages);

  // What the call came to, once the stream is over. `reset`: HTTP/2's error where it was reset.
  // The caller adds Outcome::response.
  Outcome finish(std::optional<uint32_t> reset) const;

 private:
  bool is_grpc() const { return http_status_ == 200 && grpc_content_; }
  Outcome not_grpc() const;

  MessageReader reader_;
  size_t header_bytes_ = 0;
  bool interim_ = false;
  int http_status_ = 0;  // 0: none has come
  bool grpc_content_ = false;
  std::string content_type_;
  std::optional<Code> grpc_status_;
  std::string grpc_message_;
  std::string details_;  // google.rpc.Status, encoded
};

// Failures that the transport found itself.
Outcome transport_failure(Code code, std::string message);

}  // namespace clogs::send
