// What a :timestamp value names. Epoch numbers are computed on their digits: a double holds
// nanoseconds of today only to some 200 ns.
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "core/base/instant.h"
#include "core/record/limits.h"
#include "core/record/record.h"
#include "core/record/refusal.h"

namespace clogs::record {
namespace {

constexpr std::string_view expected =
    "an #inst, RFC 3339 text or an epoch number, from 1970 to the end of 2261";

Status refuse(edn::View value, std::string_view problem) {
  return refusal("bad-timestamp", "timestamp", value, problem, expected);
}

// A decimal number as its digits without leading zeros and the place of its point:
// 0.digits * 10^point.
struct Decimal {
  std::string digits;
  int64_t point = 0;
  bool negative = false;
};

// Exponents beyond this name no instant, and adding to them cannot overflow.
constexpr int64_t max_exponent = 10'000;

bool split_decimal(std::string_view text, Decimal& number) {
  size_t at = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) number.negative = text[at++] == '-';
  bool past_point = false;
  bool any = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.') {
      if (past_point) return false;
      past_point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (c == '0' && number.digits.empty()) {
        number.point -= past_point ? 1 : 0;
        continue;
      }
      number.digits.push_back(c);
      number.point += past_point ? 0 : 1;
    } else {
      break;
    }
  }
  if (!any) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && text[at] == '+') ++at;
  int64_t exponent = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  number.point += std::clamp(exponent, -max_exponent, max_exponent);
  return true;
}

// How many digits to move the point by to get nanoseconds, from the digits before the point: below
// 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds.
int64_t nanos_shift(int64_t integer_digits) {
  if (integer_digits <= 11) return 9;
  if (integer_digits <= 14) return 6;
  return integer_digits <= 17 ? 3 : 0;
}

Result<int64_t> of_number(edn::View value) {
  Decimal number;
  if (!split_decimal(value.text(), number)) return refuse(value, "is not an epoch number");
  if (number.digits.empty()) return 0;  // zero, however written
  if (number.negative) return refuse(value, "is before 1970");
  // int64 nanoseconds have at most 19 digits; what is finer than a nanosecond is cut.
  const int64_t wanted = number.point + nanos_shift(number.point);
  if (wanted <= 0) return 0;
  if (wanted > 19) return refuse(value, "is after 2261");
  number.digits.resize(static_cast<size_t>(wanted), '0');
  uint64_t nanos = 0;
  std::from_chars(number.digits.data(), number.digits.data() + number.digits.size(), nanos);
  if (nanos > static_cast<uint64_t>(max_timestamp_nanos)) return refuse(value, "is after 2261");
  return static_cast<int64_t>(nanos);
}

Result<int64_t> of_instant(edn::View value, const Result<Instant>& instant) {
  if (!instant.ok()) return refuse(value, "is not a date and time");
  if (instant->seconds < 0) return refuse(value, "is before 1970");
  const std::optional<int64_t> nanos = instant->to_nanos();
  if (!nanos || *nanos > max_timestamp_nanos) return refuse(value, "is after 2261");
  return *nanos;
}

}  // namespace

Result<int64_t> timestamp_nanos(edn::View value) {
  switch (value.kind()) {
    case edn::Kind::string:
      return of_instant(value, parse_rfc3339(value.text()));
    case edn::Kind::inst:
      return of_instant(value, parse_inst(value.text()));
    case edn::Kind::integer:
    case edn::Kind::big_integer:
    case edn::Kind::floating:
    case edn::Kind::decimal:
      return of_number(value);
    default:
      return refuse(value, "is not a timestamp");
  }
}

}  // namespace clogs::record
