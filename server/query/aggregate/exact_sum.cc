#include "server/query/aggregate/exact_sum.h"

#include <charconv>
#include <cmath>
#include <string>

namespace clogs::query {
namespace {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

constexpr int scale_digits = 12;
// Of one addend: 1e15 in units of 1e-12. It takes 1e11 of them to pass what 128 bits hold.
constexpr Int128 scaled_max = static_cast<Int128>(1'000'000'000'000'000) * 1'000'000'000'000;

std::string digits_of_int128(Int128 value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  auto rest = negative ? Uint128(0) - static_cast<Uint128>(value) : static_cast<Uint128>(value);
  std::string digits;
  for (; rest != 0; rest /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + int(rest % 10)));
  if (negative) digits.insert(digits.begin(), '-');
  return digits;
}

// "-12.5" of -12500000000000 units.
std::string decimal_text(Int128 scaled) {
  std::string digits = digits_of_int128(scaled < 0 ? -scaled : scaled);
  if (digits.size() <= scale_digits) digits.insert(0, scale_digits + 1 - digits.size(), '0');
  digits.insert(digits.size() - scale_digits, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return scaled < 0 ? "-" + digits : digits;
}

double parse_double(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void DoubleSum::add(double value) {
  if (!std::isfinite(value)) {
    specials_ += value;
    return;
  }
  size_t kept = 0;
  for (double partial : partials_) {
    if (std::abs(value) < std::abs(partial)) std::swap(value, partial);
    const double high = value + partial;
    const double low = partial - (high - value);
    if (low != 0) partials_[kept++] = low;
    value = high;
  }
  partials_.resize(kept);
  if (value != 0) partials_.push_back(value);
}

void DoubleSum::merge(const DoubleSum& other) {
  for (double partial : other.partials_) add(partial);
  specials_ += other.specials_;
}

double DoubleSum::rounded() const {
  if (specials_ != 0) return specials_;
  if (partials_.empty()) return 0;
  size_t at = partials_.size();
  double high = partials_[--at];
  double low = 0;
  while (at > 0) {
    const double before = high;
    const double partial = partials_[--at];
    high = before + partial;
    low = partial - (high - before);
    if (low != 0) break;
  }
  // Half-way cases are decided by what lies below.
  if (at > 0 && ((low < 0 && partials_[at - 1] < 0) || (low > 0 && partials_[at - 1] > 0))) {
    const double twice = low * 2;
    const double moved = high + twice;
    if (twice == moved - high) high = moved;
  }
  return high;
}

void ExactSum::add(const Number& number) {
  ++count_;
  if (number.is_int64) {
    integers_ += number.integer;
    if (number.kind == edn::Kind::floating) any_float_ = true;
    if (number.kind == edn::Kind::decimal) any_decimal_ = true;
    return;
  }
  const bool is_decimal = number.kind == edn::Kind::decimal;
  if (number.has_mantissa && number.exponent >= -scale_digits && number.exponent <= 0) {
    Int128 scaled = number.integer;
    for (int i = number.exponent; i > -scale_digits; --i) scaled = scaled * 10;
    if (scaled < scaled_max && scaled > -scaled_max) {
      scaled_ += scaled;
      (is_decimal ? any_decimal_ : any_float_) = true;
      return;
    }
  }
  any_float_ = true;
  doubles_.add(number.approx);
}

void ExactSum::merge(const ExactSum& other) {
  count_ += other.count_;
  any_float_ |= other.any_float_;
  any_decimal_ |= other.any_decimal_;
  integers_ += other.integers_;
  scaled_ += other.scaled_;
  doubles_.merge(other.doubles_);
}

double ExactSum::to_double() const {
  const Int128 unit = 1'000'000'000'000;
  Int128 whole = integers_ + scaled_ / unit;
  Int128 part = scaled_ % unit;
  std::string text = digits_of_int128(whole);
  if (part != 0) {
    // One sign for both.
    if (whole > 0 && part < 0) {
      --whole;
      part += unit;
    } else if (whole < 0 && part > 0) {
      ++whole;
      part -= unit;
    }
    text = digits_of_int128(whole < 0 ? -whole : whole) +
           decimal_text(part < 0 ? -part : part).substr(1);
    if (whole < 0 || part < 0) text.insert(0, "-");
  }
  const double exact = parse_double(text);
  if (doubles_.empty()) return exact;
  DoubleSum sum = doubles_;
  sum.add(exact);
  return sum.rounded();
}

void ExactSum::write(edn::Tape& out) const {
  if (any_float_) return out.floating(to_double());
  if (!any_decimal_) return out.atom(edn::Kind::integer, out.keep(digits_of_int128(integers_)));
  // Integers beside decimals are within what scaling leaves room for, or the answer is a float.
  const Int128 unit = 1'000'000'000'000;
  const Int128 room = (static_cast<Int128>(1) << 126) / unit;
  if (integers_ > room || integers_ < -room) return out.floating(to_double());
  out.atom(edn::Kind::decimal, out.keep(decimal_text(integers_ * unit + scaled_)));
}

}  // namespace clogs::query
