#include "server/query/aggregate/steps.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace clogs::query {
namespace {

__extension__ typedef __int128 Int128;

// Decimal places that are computed with; a mantissa of 18 digits moved by so many stays in 128
// bits.
constexpr int32_t places_max = 18;

Int128 scaled(int64_t mantissa, int32_t exponent, int32_t lowest) {
  Int128 value = mantissa;
  for (int32_t i = exponent; i > lowest; --i) value *= 10;
  return value;
}

edn::View view_of(const edn::Value& value, edn::Tape& tape) {
  tape.copy(value);
  return tape.root();
}

}  // namespace

Steps::Steps(const edn::Value& width, const edn::Value& offset) {
  edn::Tape tape;
  if (const auto number = number_of(view_of(width, tape))) {
    width_ = number->approx;
    integral_ = number->is_int64;
    width_digits_ = decimal_of(*number);
  }
  offset_digits_ = Decimal{};
  tape.clear();
  if (offset.is_nil()) return;
  if (const auto number = number_of(view_of(offset, tape))) {
    offset_ = number->approx;
    integral_ = integral_ && number->is_int64;
    offset_digits_ = decimal_of(*number);
  }
}

std::optional<Steps::Decimal> Steps::decimal_of(const Number& number) {
  if (!number.has_mantissa || number.exponent > 0 || number.exponent < -places_max) {
    return std::nullopt;
  }
  return Decimal{number.integer, number.exponent};
}

std::optional<int64_t> Steps::step_of(const Number& number) const {
  const auto digits = decimal_of(number);
  if (digits && width_digits_ && offset_digits_) {
    const int32_t lowest =
        std::min({digits->exponent, width_digits_->exponent, offset_digits_->exponent});
    const Int128 width = scaled(width_digits_->mantissa, width_digits_->exponent, lowest);
    const Int128 value = scaled(digits->mantissa, digits->exponent, lowest) -
                         scaled(offset_digits_->mantissa, offset_digits_->exponent, lowest);
    Int128 step = value / width;
    if (value % width < 0) --step;
    if (step > INT64_MAX || step < INT64_MIN) return std::nullopt;
    return static_cast<int64_t>(step);
  }
  const double step = std::floor((number.approx - offset_) / width_);
  // The doubles next to the ends of int64.
  if (!(step > -9.2e18 && step < 9.2e18)) return std::nullopt;
  return static_cast<int64_t>(step);
}

void Steps::write_start(int64_t step, edn::Tape& out) const {
  if (!width_digits_ || !offset_digits_) {
    return out.floating(offset_ + static_cast<double>(step) * width_);
  }
  const int32_t lowest = std::min(width_digits_->exponent, offset_digits_->exponent);
  const Int128 start = scaled(width_digits_->mantissa, width_digits_->exponent, lowest) * step +
                       scaled(offset_digits_->mantissa, offset_digits_->exponent, lowest);
  if (start > INT64_MAX || start < INT64_MIN) {
    return out.floating(offset_ + static_cast<double>(step) * width_);
  }
  if (integral_) return out.integer(static_cast<int64_t>(start));
  const std::string text =
      std::to_string(static_cast<int64_t>(start)) + "e" + std::to_string(lowest);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  out.floating(value);
}

}  // namespace clogs::query
