// Base64 of RFC 4648, section 4.
#pragma once

#include <string>
#include <string_view>

namespace clogs::api {

std::string base64_encode(std::string_view bytes);

// Appends to `out`. Takes several padded pieces one after the other, as gRPC-Web streams send them.
// False for other characters or a broken length.
bool base64_decode(std::string_view text, std::string& out);

}  // namespace clogs::api
