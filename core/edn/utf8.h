// Whether bytes are UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace clogs::edn {

bool is_valid_utf8(std::string_view text);
// Bytes before the first that is not UTF-8; text.size() if all are.
size_t valid_utf8_prefix(std::string_view text);

}  // namespace clogs::edn
