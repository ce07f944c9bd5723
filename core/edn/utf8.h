// Whether bytes are UTF-8 (no surrogates, no overlong forms, nothing above U+10FFFF).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clogs::edn {

bool is_valid_utf8(std::string_view text);
// Bytes of the valid UTF-8 that `text` begins with: its size if all of it is.
size_t valid_utf8_prefix(std::string_view text);

// Appends `text` with U+FFFD for each maximal ill-formed part (Unicode 3.9, "substitution of
// maximal subparts"). Returns how many were replaced.
size_t append_repaired_utf8(std::string_view text, std::string& out);

}  // namespace clogs::edn
