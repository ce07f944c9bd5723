// gRPC's frames of messages: a flag byte (1: compressed), the length as four bytes, the bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "core/send/transport.h"

namespace clogs::send {

// Writes the prefix of a message of `bytes` bytes to `out`.
inline void write_prefix(bool compressed, size_t bytes, char* out) {
  out[0] = compressed ? 1 : 0;
  for (int i = 0; i < 4; ++i) out[1 + i] = static_cast<char>(bytes >> (24 - 8 * i));
}

// Cuts the bytes of one answer into messages, however they arrive.
class MessageReader {
 public:
  // Messages larger than `limit` bytes, compressed or not, are refused.
  explicit MessageReader(size_t limit) : limit_(limit) {}

  // How compressed messages are compressed, from the header grpc-encoding.
  void set_encoding(std::string_view encoding) { encoding_ = encoding; }

  // Appends what is complete to `messages`. Failure: resource_exhausted over the limit, internal
  // for malformed bytes; the reader is useless then.
  Status feed(std::string_view bytes, std::vector<std::string>& messages);

  // A message has begun and is not complete.
  bool partial() const { return prefix_bytes_ != 0; }

 private:
  Status begin_message();
  Status end_message(std::vector<std::string>& messages);

  size_t limit_;
  std::string encoding_;
  std::array<char, message_prefix_bytes> prefix_{};
  size_t prefix_bytes_ = 0;  // of the prefix that are there
  size_t length_ = 0;
  std::string body_;
};

}  // namespace clogs::send
