// gzip of gRPC messages. A build without zlib (CLOGS_GZIP=OFF) has none and says so.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "clogs/result.h"

namespace clogs::send {

bool has_gzip();

// The decompressed bytes; resource_exhausted where they are more than `limit`, internal where they
// are not gzip.
Result<std::string> gunzip(std::string_view compressed, size_t limit);

// A framed message (message_prefix_bytes, then the bytes) as a framed message with compressed
// bytes. Failure: unimplemented in a build without zlib, internal.
Result<std::string> gzip_message(std::string_view framed);

}  // namespace clogs::send
