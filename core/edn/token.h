// What the bytes of EDN text are, and which tokens are names and numbers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/edn/tape.h"

namespace clogs::edn {

enum Byte : uint8_t {
  byte_space = 1,       // separates: white space and the comma
  byte_terminator = 2,  // ends a token and starts something else: " ; ( ) [ ] { } backslash ^
  byte_illegal = 4,     // in no token: @ ` ~ and NUL
  byte_digit = 8,
  byte_special = 16,  // of a meaning inside names: / and :, and all beyond ASCII
};

constexpr std::array<uint8_t, 256> make_byte_classes() {
  std::array<uint8_t, 256> classes{};
  for (char c : std::string_view(" ,\t\n\v\f\r\x1c\x1d\x1e\x1f")) {
    classes[static_cast<uint8_t>(c)] = byte_space;
  }
  for (char c : std::string_view("\";()[]{}\\^")) {
    classes[static_cast<uint8_t>(c)] = byte_terminator;
  }
  for (char c : std::string_view("@`~")) classes[static_cast<uint8_t>(c)] = byte_illegal;
  classes[0] = byte_illegal;
  classes['/'] = classes[':'] = byte_special;
  for (size_t c = 128; c < 256; ++c) classes[c] = byte_special;
  for (char c = '0'; c <= '9'; ++c) classes[static_cast<uint8_t>(c)] = byte_digit;
  return classes;
}
inline constexpr std::array<uint8_t, 256> byte_classes = make_byte_classes();

inline bool is_space(char c) { return byte_classes[static_cast<uint8_t>(c)] & byte_space; }
inline bool is_digit(char c) { return byte_classes[static_cast<uint8_t>(c)] & byte_digit; }
// What no token holds: white space, terminators.
inline bool ends_token(char c) {
  return byte_classes[static_cast<uint8_t>(c)] & (byte_space | byte_terminator);
}

// Why `name` is no symbol ("/" included), or empty if it is one: "ends in a slash" and so on. White
// space of Unicode is refused, so that a name looks like one word to every reader.
std::string_view symbol_problem(std::string_view name);
// The same of a keyword's name without its colon.
std::string_view keyword_problem(std::string_view name);
// Whether `name` is a keyword's, namespace included ("http/status", "k8s.pod").
bool is_keyword_name(std::string_view name);

// A number's kind and text as in Node.
struct Number {
  Kind kind = Kind::integer;
  std::string_view text;
  // 0, or the base that was named: then `text` are the digits in it, without sign.
  unsigned base = 0;
  bool negative = false;  // only with a base
};
// Why `token`, which starts with a digit or with a sign and a digit, is no number; empty if it is.
std::string_view read_number(std::string_view token, Number& number);

}  // namespace clogs::edn
