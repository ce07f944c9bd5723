// Escapes of strings and characters, in EDN and in JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clogs::edn {

// Appends the UTF-8 of a code point; returns the byte behind it.
char* encode_utf8(uint32_t code_point, char* out);
// The code point of the UTF-8 character that `text` is; empty or malformed text is U+FFFD.
uint32_t decode_utf8(std::string_view text);
// Exactly `count` hexadecimal digits from `at`; false if they are not there.
bool read_hex(const char* at, const char* end, int count, uint32_t& value);

// Decodes one escape of an EDN string. `at` stands behind the backslash and moves behind the
// escape; `out` moves behind what was written (at most 4 bytes). Returns the problem, empty if
// there is none.
std::string_view decode_escape(const char*& at, const char* end, char*& out);
// The same of a JSON string.
std::string_view decode_json_escape(const char*& at, const char* end, char*& out);

// The character named by what stands behind a backslash: "newline", "u0041", "o101", "a".
// Returns the problem, empty if there is none.
std::string_view decode_character(std::string_view token, uint32_t& code_point);

// Appends an EDN or JSON string with its quotes: control characters escaped, the rest as it is.
void append_quoted(std::string_view text, std::string& out);

}  // namespace clogs::edn
