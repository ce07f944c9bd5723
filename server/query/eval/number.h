// Numbers as the language compares them: by the value that their digits write, whatever their type.
// 200, 200.0, 2e2, 200M and 400/2 are equal; 0.1 and 0.1M are equal, because a float is taken by
// its digits and not by the double next to them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/edn/tape.h"

namespace clogs::query {

struct Number {
  edn::Kind kind = edn::Kind::integer;
  std::string_view text;  // as in edn::Node
  double approx = 0;      // the nearest double, or one next to it
  // With `has_mantissa` the number is exactly integer * 10^exponent.
  int64_t integer = 0;
  int32_t exponent = 0;
  bool has_mantissa = false;
  bool is_int64 = false;  // written as an integer that fits; `integer` is its value
  // At most 15 significant digits and a small exponent: among such numbers `approx` is exact enough
  // to order them, because no two of them share a double.
  bool is_short = false;

  bool is_nan() const { return approx != approx; }
  bool is_finite() const { return approx - approx == 0 || !text.starts_with("##"); }
};

// Empty where `view` is not a number. Text of the result is the view's.
std::optional<Number> number_of(edn::View view);
// The number that text like "200", "-1.5e3" or "+7" writes (no spaces, no suffix).
std::optional<Number> number_in_text(std::string_view text);

// NaN is equal to NaN and unordered with all else.
std::partial_ordering compare(const Number& a, const Number& b);
bool equal(const Number& a, const Number& b);

// Bytes that are the same for equal numbers and only for them; ends in a NUL.
void append_number_key(const Number& number, std::string& out);

// A decimal number of digits: 0.DIGITS * 10^exponent. No digits: zero.
struct Digits {
  bool negative = false;
  std::string digits;  // without zeros at either end
  int64_t exponent = 0;
};
// Of any finite number but a ratio that does not end.
std::optional<Digits> digits_of(const Number& number);

}  // namespace clogs::query
