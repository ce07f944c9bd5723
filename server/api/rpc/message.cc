#include "server/api/rpc/message.h"

#include <utility>

#include <fmt/format.h>

#include "server/api/decoder.h"

namespace clogs::api::rpc {
namespace {

Status no_memory() {
  return resource_exhausted("The server is full of batches that are not on disk yet");
}

Status expand(std::string_view compressed, size_t bytes_max, Reservation& held, std::string& out) {
  const std::unique_ptr<Decoder> decoder = make_decoder(Coding::gzip);
  const auto grow = [&](size_t bytes) -> Status {
    if (bytes > bytes_max) {
      return Status(Code::out_of_range,
                    fmt::format("The message is over the limit of {} bytes expanded", bytes_max),
                    fmt::format("{{:code :clogs/body-too-large :limit {}}}", bytes_max));
    }
    return held.grow_to(compressed.size() + bytes) ? ok_status() : no_memory();
  };
  CLOGS_RETURN_IF_ERROR(decoder->feed(compressed, out, grow));
  return decoder->finish();
}

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<Message> receive(std::string bytes, Transport transport, ingest::Sink* budget,
                        size_t expanded_bytes_max) {
  Message message;
  if (transport != Transport::grpc) {
    message.bytes = std::move(bytes);
    return message;
  }
  message.held = std::make_shared<Reservation>(budget);
  if (!message.held->grow_to(bytes.size())) return no_memory();
  if (!is_gzip(bytes)) {
    message.bytes = std::move(bytes);
    return message;
  }
  const Status expanded = expand(bytes, expanded_bytes_max, *message.held, message.bytes);
  if (!expanded.ok()) return expanded.with_context("Invalid request");
  return message;
}

}  // namespace clogs::api::rpc
