// The text of numbers and what it means, shared by views and values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/edn/tape.h"

namespace clogs::edn {

// Decimal digits with an optional sign, if they fit.
std::optional<int64_t> integer_text_to_int64(std::string_view text);
// The nearest double of the text of a number as in Node; empty for other kinds.
std::optional<double> number_text_to_double(Kind kind, std::string_view text);
// The shortest text that reads back as the same float.
std::string double_to_text(double value);

// 2^61 - 1.
inline constexpr uint64_t known_prime = (uint64_t{1} << 61) - 1;
// A prime of 61 bits, near the random number given.
uint64_t prime_near(uint64_t random);
// Equal for two integers or ratios (in any mix) of equal value: the value modulo a prime of 61
// bits. One that the sender of the text cannot know keeps it from choosing many that come out the
// same.
uint64_t rational_residue(std::string_view text, uint64_t prime);
// Whether two integers or ratios have the same value, whatever their size.
bool equal_rationals(std::string_view a, std::string_view b);
// "-15e-1": the digits without zeros at either end, and the power of ten. "0" for zero. The
// exponent of `text` fits int32.
std::string normal_decimal(std::string_view text);
// Decimal digits of `digits` in `base` (2 .. 36).
std::string to_decimal(std::string_view digits, unsigned base);
// "4/6" is "2/3", "4/2" is "2".
std::string reduce_ratio(std::string_view text);
// Lower case, every group at full width.
std::string normal_uuid(std::string_view text);

}  // namespace clogs::edn
