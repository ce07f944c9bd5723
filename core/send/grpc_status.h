// gRPC's way of saying how a call went, in headers and in HTTP/2's own words:
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/status.h"

namespace clogs::send {

// Of an answer without grpc-status: a proxy's, or no gRPC server's.
Code code_of_http(int http_status);
// Of a stream that was reset.
Code code_of_reset(uint32_t http2_error);
// "REFUSED_STREAM", "error 99".
std::string http2_error_name(uint32_t http2_error);

// Header grpc-status: unknown where it is not one of the numbers 0 to 16.
Code parse_grpc_status(std::string_view text);
// Header grpc-message: %XX undone, the rest as it is.
std::string percent_decode(std::string_view text);
// Header ...-bin: base64 with or without padding; nothing where it is malformed.
std::optional<std::string> decode_base64(std::string_view text);
// Header grpc-timeout: at most eight digits and a unit, never less than one nanosecond.
std::string grpc_timeout(std::chrono::nanoseconds left);

}  // namespace clogs::send
