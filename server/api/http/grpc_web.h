// gRPC-Web on the HTTP port: the framing of
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md around the methods of Calls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

constexpr std::string_view grpc_web_prefix = "/clogs.v1.";

// Unary and server-streaming methods; application/grpc-web, application/grpc-web-text and both with
// +proto. `services.calls` is not null.
std::shared_ptr<Handler> make_grpc_web_handler(const Services& services);

// The one message of a request body: a frame of flag 0. `text`: base64, perhaps in several padded
// pieces. unimplemented for compressed frames, invalid_argument for anything malformed.
Result<std::string> read_grpc_web_body(std::string_view body, bool text);

// Appends a frame: flag byte, length as four bytes big-endian, message. Base64 for `text`.
constexpr uint8_t data_flag = 0x00;
constexpr uint8_t trailer_flag = 0x80;
void append_grpc_web_frame(uint8_t flag, std::string_view message, bool text, std::string& out);

// "5S", "100m": a grpc-timeout in milliseconds; nothing if it is not one.
std::optional<int64_t> parse_grpc_timeout_ms(std::string_view field);

// As grpc-message has it: bytes outside of visible ASCII and '%' are percent-encoded.
std::string encode_grpc_message(std::string_view message);

}  // namespace clogs::api
