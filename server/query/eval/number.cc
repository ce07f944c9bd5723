#include "server/query/eval/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <boost/multiprecision/cpp_int.hpp>

namespace clogs::query {
namespace {

using boost::multiprecision::cpp_int;
using edn::Kind;

// Exponents are cut to this; no real number of a log comes near, and sums of two do not overflow.
constexpr int64_t exponent_max = int64_t{1} << 40;
// Every integer of so many digits is its own double.
constexpr int exact_digits_max = 15;
// Powers of ten up to this are their own doubles.
constexpr int exact_power_max = 22;

constexpr std::array<double, exact_power_max + 1> powers = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What [sign] digits [. digits] [e [sign] digits] holds. `ok` is false where the text is no such
// number.
struct Scan {
  bool ok = false;
  bool negative = false;
  bool is_integer = true;
  int significant = 0;    // digits from the first that is not zero
  uint64_t mantissa = 0;  // of the first 18 of them
  int64_t exponent = 0;   // value = mantissa * 10^exponent while significant <= 18
};

int64_t scan_exponent(const char*& at, const char* end, bool& ok) {
  bool negative = false;
  if (at != end && (*at == '+' || *at == '-')) negative = *at++ == '-';
  ok = at != end && is_digit(*at);
  int64_t value = 0;
  for (; at != end && is_digit(*at); ++at) {
    value = value * 10 + (*at - '0');
    if (value > exponent_max) value = exponent_max;
  }
  return negative ? -value : value;
}

Scan scan_number(std::string_view text) {
  Scan scan;
  const char* at = text.data();
  const char* end = at + text.size();
  if (at != end && (*at == '+' || *at == '-')) scan.negative = *at++ == '-';
  bool point = false;
  bool any = false;
  for (; at != end; ++at) {
    if (is_digit(*at)) {
      any = true;
      if (scan.significant != 0 || *at != '0') {
        if (++scan.significant <= 18) scan.mantissa = scan.mantissa * 10 + uint64_t(*at - '0');
      }
      if (point) --scan.exponent;
    } else if (*at == '.' && !point && any) {
      point = true;
      scan.is_integer = false;
    } else {
      break;
    }
  }
  if (!any) return scan;
  scan.ok = true;
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    scan.is_integer = false;
    scan.exponent += scan_exponent(at, end, scan.ok);
  }
  scan.ok = scan.ok && at == end;
  return scan;
}

double nearest(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  // from_chars does not say which way it went.
  const Scan scan = scan_number(text);
  const int64_t magnitude = scan.exponent + scan.significant;
  if (magnitude <= 0) return scan.negative ? -0.0 : 0.0;
  const double infinity = std::numeric_limits<double>::infinity();
  return scan.negative ? -infinity : infinity;
}

std::optional<Number> from_digits(Kind kind, std::string_view text) {
  const Scan scan = scan_number(text);
  if (!scan.ok) return std::nullopt;
  Number number;
  number.kind = kind;
  number.text = text;
  if (scan.is_integer && scan.significant <= 18) {
    const auto magnitude = static_cast<int64_t>(scan.mantissa);
    number.integer = scan.negative ? -magnitude : magnitude;
    number.is_int64 = true;
    number.has_mantissa = true;
    number.approx = static_cast<double>(number.integer);
    number.is_short = scan.significant <= exact_digits_max;
    return number;
  }
  if (!scan.is_integer && scan.significant <= 18 && std::abs(scan.exponent) <= exact_power_max) {
    const auto magnitude = static_cast<int64_t>(scan.mantissa);
    number.integer = scan.negative ? -magnitude : magnitude;
    number.exponent = static_cast<int32_t>(scan.exponent);
    number.has_mantissa = true;
  }
  if (scan.significant <= exact_digits_max && std::abs(scan.exponent) <= exact_power_max) {
    double value = static_cast<double>(scan.mantissa);
    const auto power = powers[static_cast<size_t>(std::abs(scan.exponent))];
    value = scan.exponent < 0 ? value / power : value * power;
    number.approx = scan.negative ? -value : value;
    number.is_short = true;
    return number;
  }
  if (scan.is_integer) {
    std::string_view digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number.integer);
    number.is_int64 = error == std::errc{};
    number.has_mantissa = number.is_int64;
  }
  number.approx = nearest(text);
  return number;
}

struct Ratio {
  cpp_int top;
  cpp_int bottom;
};

Ratio ratio_of(std::string_view text) {
  const size_t slash = text.find('/');
  std::string_view top = text.substr(0, slash);
  if (top.starts_with('+')) top.remove_prefix(1);
  bool negative = top.starts_with('-');
  if (negative) top.remove_prefix(1);
  // A leading zero would be read as octal.
  while (top.size() > 1 && top[0] == '0') top.remove_prefix(1);
  std::string_view bottom = text.substr(slash + 1);
  while (bottom.size() > 1 && bottom[0] == '0') bottom.remove_prefix(1);
  Ratio ratio{cpp_int(std::string(top)), cpp_int(std::string(bottom))};
  if (negative) ratio.top = -ratio.top;
  const cpp_int common = gcd(ratio.top, ratio.bottom);
  if (common > 1) {
    ratio.top /= common;
    ratio.bottom /= common;
  }
  return ratio;
}

std::optional<Number> from_ratio(std::string_view text) {
  Number number;
  number.kind = Kind::ratio;
  number.text = text;
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const Ratio ratio = ratio_of(text);
  if (ratio.bottom == 0) return std::nullopt;
  number.approx = nearest(text.substr(0, slash)) / nearest(text.substr(slash + 1));
  if (!std::isfinite(number.approx)) {
    number.approx =
        ratio.top < 0 ? -std::numeric_limits<double>::max() : std::numeric_limits<double>::max();
  }
  return number;
}

Digits digits_of_text(std::string_view text) {
  Digits result;
  if (text.starts_with('+') || text.starts_with('-')) {
    result.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int64_t before_point = 0;
  bool point = false;
  size_t at = 0;
  for (; at < text.size() && (is_digit(text[at]) || text[at] == '.'); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    if (!point) ++before_point;
    result.digits.push_back(text[at]);
  }
  result.exponent = before_point;
  if (at < text.size()) {
    bool ok = false;
    const char* from = text.data() + at + 1;
    result.exponent += scan_exponent(from, text.data() + text.size(), ok);
  }
  const size_t first = result.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  result.digits.erase(0, first);
  result.exponent -= static_cast<int64_t>(first);
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  return result;
}

// A ratio that ends in decimal, as one.
std::optional<Digits> digits_of_ratio(const Ratio& ratio) {
  cpp_int bottom = ratio.bottom;
  unsigned twos = 0;
  unsigned fives = 0;
  for (; bottom % 2 == 0; bottom /= 2) ++twos;
  for (; bottom % 5 == 0; bottom /= 5) ++fives;
  if (bottom != 1) return std::nullopt;
  const unsigned places = std::max(twos, fives);
  const cpp_int scaled =
      ratio.top * pow(cpp_int(2), places - twos) * pow(cpp_int(5), places - fives);
  Digits digits = digits_of_text(scaled.str());
  if (!digits.digits.empty()) digits.exponent -= places;
  return digits;
}

std::strong_ordering compare_digits(const Digits& a, const Digits& b) {
  if (a.digits.empty() || b.digits.empty() || a.negative != b.negative) {
    const int left = a.digits.empty() ? 0 : (a.negative ? -1 : 1);
    const int right = b.digits.empty() ? 0 : (b.negative ? -1 : 1);
    return left <=> right;
  }
  std::strong_ordering order = a.exponent <=> b.exponent;
  if (order == 0) order = a.digits.compare(b.digits) <=> 0;
  return a.negative ? 0 <=> order : order;
}

// Where at least one is a ratio. `a` and `b` are finite.
std::strong_ordering compare_fractions(const Number& a, const Number& b) {
  auto fraction = [](const Number& number) -> Ratio {
    if (number.kind == Kind::ratio) return ratio_of(number.text);
    const Digits digits = digits_of_text(number.text);
    if (digits.digits.empty()) return {0, 1};
    Ratio ratio{cpp_int(digits.digits), 1};
    const int64_t power = digits.exponent - static_cast<int64_t>(digits.digits.size());
    const auto size = static_cast<unsigned>(std::abs(power));
    if (power > 0) {
      ratio.top *= pow(cpp_int(10), size);
    } else {
      ratio.bottom = pow(cpp_int(10), size);
    }
    if (digits.negative) ratio.top = -ratio.top;
    return ratio;
  };
  const Ratio left = fraction(a);
  const Ratio right = fraction(b);
  const int order = cpp_int(left.top * right.bottom).compare(cpp_int(right.top * left.bottom));
  return order <=> 0;
}

// The power of ten of a number's first digit, to tell far numbers apart without computing them.
int64_t magnitude(const Number& number) {
  if (number.kind != Kind::ratio) return digits_of_text(number.text).exponent;
  const size_t slash = number.text.find('/');
  return static_cast<int64_t>(slash) - static_cast<int64_t>(number.text.size() - slash - 1);
}

std::strong_ordering compare_slowly(const Number& a, const Number& b) {
  if (a.kind != Kind::ratio && b.kind != Kind::ratio) {
    return compare_digits(digits_of_text(a.text), digits_of_text(b.text));
  }
  const bool signs_differ = (a.approx < 0) != (b.approx < 0);
  // The text's length bounds a ratio's magnitude within a few digits of its sign and zeros.
  constexpr int64_t far = 20'000;
  if (signs_differ || std::abs(magnitude(a) - magnitude(b)) > far) {
    if (a.approx != b.approx)
      return a.approx < b.approx ? std::strong_ordering::less : std::strong_ordering::greater;
    const int sign = a.approx < 0 ? -1 : 1;
    return sign * magnitude(a) <=> sign * magnitude(b);
  }
  return compare_fractions(a, b);
}

void append_digits_key(const Digits& digits, std::string& out) {
  out.push_back('n');
  if (!digits.digits.empty()) {
    if (digits.negative) out.push_back('-');
    out.append(digits.digits);
    char buffer[24];
    auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, digits.exponent);
    out.push_back('e');
    out.append(buffer, static_cast<size_t>(end - buffer));
  }
  out.push_back('\0');
}

// append_digits_key() of an integer, without the string of its digits.
void append_int64_key(int64_t value, std::string& out) {
  char buffer[24];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  const char* first = buffer + (value < 0 ? 1 : 0);
  const int64_t exponent = value == 0 ? 0 : end - first;
  while (end != first && end[-1] == '0') --end;
  out.push_back('n');
  if (value != 0) {
    if (value < 0) out.push_back('-');
    out.append(first, static_cast<size_t>(end - first));
    out.push_back('e');
    auto [last, failed] = std::to_chars(buffer, buffer + sizeof buffer, exponent);
    out.append(buffer, static_cast<size_t>(last - buffer));
  }
  out.push_back('\0');
}

}  // namespace

std::optional<Number> number_of(edn::View view) {
  if (!view || !edn::is_number(view.kind())) return std::nullopt;
  const std::string_view text = view.text();
  if (view.kind() == Kind::ratio) return from_ratio(text);
  if (text.starts_with("##")) {
    Number number;
    number.kind = Kind::floating;
    number.text = text;
    const double infinity = std::numeric_limits<double>::infinity();
    number.approx = text == "##Inf"    ? infinity
                    : text == "##-Inf" ? -infinity
                                       : std::numeric_limits<double>::quiet_NaN();
    return number;
  }
  return from_digits(view.kind(), text);
}

std::optional<Number> number_in_text(std::string_view text) {
  return from_digits(Kind::decimal, text);
}

std::partial_ordering compare(const Number& a, const Number& b) {
  if (a.is_short && b.is_short) return a.approx <=> b.approx;
  if (a.is_int64 && b.is_int64) return a.integer <=> b.integer;
  if (a.is_nan() && b.is_nan()) return std::partial_ordering::equivalent;
  if (!a.is_finite() || !b.is_finite()) {
    // A finite number beyond what doubles hold is still less than infinity.
    if (a.is_finite() && std::isinf(a.approx) && !b.is_nan()) return 0.0 <=> b.approx;
    if (b.is_finite() && std::isinf(b.approx) && !a.is_nan()) return a.approx <=> 0.0;
    return a.approx <=> b.approx;
  }
  return compare_slowly(a, b);
}

bool equal(const Number& a, const Number& b) { return compare(a, b) == 0; }

std::optional<Digits> digits_of(const Number& number) {
  if (!number.is_finite() || number.is_nan()) return std::nullopt;
  if (number.kind == Kind::ratio) return digits_of_ratio(ratio_of(number.text));
  return digits_of_text(number.text);
}

void append_number_key(const Number& number, std::string& out) {
  if (number.is_int64) return append_int64_key(number.integer, out);
  if (auto digits = digits_of(number)) return append_digits_key(*digits, out);
  out.push_back('r');
  if (number.kind == Kind::ratio) {
    const Ratio ratio = ratio_of(number.text);
    out.append(ratio.top.str()).append("/").append(ratio.bottom.str());
  } else {
    out.append(number.text);
  }
  out.push_back('\0');
}

}  // namespace clogs::query
