#include "core/edn/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

namespace clogs::edn {

namespace {

std::string_view without_plus(std::string_view digits) {
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  return digits;
}

double decimal_text_to_double(std::string_view text) {
  text = without_plus(text);
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  // The error does not say which way out of range; the power of the first digit does.
  size_t e = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, e);
  size_t first = mantissa.find_first_of("123456789");
  bool tiny = first > mantissa.find('.');
  if (e != std::string_view::npos) tiny = text[e + 1] == '-';
  double magnitude = tiny ? 0.0 : std::numeric_limits<double>::infinity();
  return text.front() == '-' ? -magnitude : magnitude;
}

double ratio_to_double(std::string_view text) {
  size_t slash = text.find('/');
  std::string_view top = text.substr(0, slash);
  std::string_view bottom = text.substr(slash + 1);
  // Dropping equally many low digits of both keeps huge ones inside the range of a double.
  constexpr size_t digits_max = 280;
  size_t longest = std::max(top.size(), bottom.size());
  size_t cut = longest > digits_max ? longest - digits_max : 0;
  if (cut >= bottom.size()) return top.front() == '-' ? -INFINITY : INFINITY;
  if (cut + 1 >= top.size() && cut != 0) return 0.0;
  top.remove_suffix(cut);
  bottom.remove_suffix(cut);
  return decimal_text_to_double(top) / decimal_text_to_double(bottom);
}

// --- residues modulo a prime of 61 bits ----------------------------------------------------------

uint64_t multiply(uint64_t a, uint64_t b, uint64_t modulus) {
  return static_cast<uint64_t>(static_cast<__uint128_t>(a) * b % modulus);
}

uint64_t power(uint64_t base, uint64_t exponent, uint64_t modulus) {
  uint64_t out = 1;
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1) out = multiply(out, base, modulus);
    base = multiply(base, base, modulus);
  }
  return out;
}

uint64_t digits_residue(std::string_view digits, uint64_t prime) {
  // This many digits are less than a number of 61 bits.
  constexpr size_t step = 18;
  constexpr uint64_t shift = 1'000'000'000'000'000'000;
  uint64_t sum = 0;
  for (size_t end = digits.size() % step; end <= digits.size(); end += step) {
    uint64_t part = 0;
    for (char c : digits.substr(end > step ? end - step : 0, std::min(end, step))) {
      part = part * 10 + static_cast<uint64_t>(c - '0');
    }
    sum = sum == 0 ? part : (multiply(sum, shift, prime) + part) % prime;
  }
  return sum;
}

// digits / divisor, without remainder.
std::string divide_exactly(std::string_view digits, uint64_t divisor) {
  std::string out;
  __uint128_t rest = 0;
  for (char c : digits) {
    rest = rest * 10 + static_cast<unsigned>(c - '0');
    out += static_cast<char>('0' + static_cast<int>(rest / divisor));
    rest %= divisor;
  }
  return out;
}

// Miller and Rabin's test; these bases decide it for all numbers below 2^64.
bool is_prime(uint64_t odd) {
  uint64_t odd_part = odd - 1;
  int halvings = 0;
  for (; odd_part % 2 == 0; odd_part /= 2) ++halvings;
  for (uint64_t base : {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37}) {
    uint64_t value = power(base, odd_part, odd);
    bool passes = value == 1 || value == odd - 1;
    for (int i = 1; i < halvings && !passes; ++i) {
      value = multiply(value, value, odd);
      passes = value == odd - 1;
    }
    if (!passes) return false;
  }
  return true;
}

struct Rational {
  bool negative = false;
  std::string_view top;
  std::string_view bottom;  // empty for an integer
};

std::string_view without_zeros(std::string_view digits) {
  size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

Rational split(std::string_view text) {
  Rational out;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  size_t slash = text.find('/');
  out.top = without_zeros(text.substr(0, slash));
  if (slash != std::string_view::npos) out.bottom = without_zeros(text.substr(slash + 1));
  if (out.top.empty()) out.negative = false;
  if (out.bottom == "1") out.bottom = {};
  return out;
}

// --- natural numbers of any size -----------------------------------------------------------------

// Limbs of base 10^9, the lowest first, no zero on top.
using Natural = std::vector<uint32_t>;
constexpr uint32_t limb_base = 1'000'000'000;
constexpr size_t limb_digits = 9;

void trim(Natural& number) {
  while (!number.empty() && number.back() == 0) number.pop_back();
}

Natural parse_natural(std::string_view digits) {
  Natural out;
  for (size_t end = digits.size(); end > 0;) {
    size_t from = end > limb_digits ? end - limb_digits : 0;
    uint32_t limb = 0;
    for (char c : digits.substr(from, end - from)) {
      limb = limb * 10 + static_cast<uint32_t>(c - '0');
    }
    out.push_back(limb);
    end = from;
  }
  trim(out);
  return out;
}

std::string print_natural(const Natural& number) {
  if (number.empty()) return "0";
  std::string out = std::to_string(number.back());
  for (size_t i = number.size() - 1; i-- > 0;) {
    std::string limb = std::to_string(number[i]);
    out.append(limb_digits - limb.size(), '0');
    out += limb;
  }
  return out;
}

// Both below limb_base.
void multiply_add(Natural& number, uint32_t factor, uint32_t summand) {
  uint64_t carry = summand;
  for (uint32_t& limb : number) {
    uint64_t sum = uint64_t{limb} * factor + carry;
    limb = static_cast<uint32_t>(sum % limb_base);
    carry = sum / limb_base;
  }
  if (carry != 0) number.push_back(static_cast<uint32_t>(carry));
}

Natural product(const Natural& a, const Natural& b) {
  Natural out(a.size() + b.size(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b.size() || carry != 0; ++j) {
      uint64_t sum = out[i + j] + carry;
      if (j < b.size()) sum += uint64_t{a[i]} * b[j];
      out[i + j] = static_cast<uint32_t>(sum % limb_base);
      carry = sum / limb_base;
    }
  }
  trim(out);
  return out;
}

int compare(const Natural& a, const Natural& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

// a - b, where a >= b.
void subtract(Natural& a, const Natural& b) {
  int64_t borrow = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    int64_t rest = int64_t{a[i]} - (i < b.size() ? b[i] : 0) - borrow;
    borrow = rest < 0 ? 1 : 0;
    a[i] = static_cast<uint32_t>(rest + borrow * limb_base);
  }
  trim(a);
}

// The three highest limbs that `number` has in a number of `limbs` limbs.
long double leading(const Natural& number, size_t limbs) {
  long double sum = 0;
  for (size_t i = 0; i < 3; ++i) {
    sum *= limb_base;
    if (limbs > i && limbs - 1 - i < number.size()) sum += number[limbs - 1 - i];
  }
  return sum;
}

// The limb q with by * q <= part < by * (q + 1); part < by * limb_base. Leaves the remainder in
// `part`.
uint32_t divide_limb(Natural& part, const Natural& by) {
  if (compare(part, by) < 0) return 0;
  // The estimate is off by one at most.
  long double estimate = leading(part, part.size()) / leading(by, part.size());
  if (!(estimate < limb_base)) estimate = limb_base - 1;
  auto limb = static_cast<uint32_t>(estimate);
  if (limb < limb_base - 1) ++limb;
  for (;; --limb) {
    Natural taken = by;
    multiply_add(taken, limb, 0);
    trim(taken);
    if (compare(taken, part) > 0) continue;
    subtract(part, taken);
    return limb;
  }
}

// Leaves the remainder in `rest` and returns the quotient.
Natural divide(Natural& rest, const Natural& by) {
  Natural quotient(rest.size(), 0);
  Natural part;
  for (size_t i = rest.size(); i-- > 0;) {
    part.insert(part.begin(), rest[i]);
    trim(part);
    quotient[i] = divide_limb(part, by);
  }
  rest = part;
  trim(quotient);
  return quotient;
}

Natural gcd(Natural a, Natural b) {
  while (!b.empty()) {
    divide(a, b);
    std::swap(a, b);
  }
  return a;
}

}  // namespace

std::optional<int64_t> integer_text_to_int64(std::string_view text) {
  text = without_plus(text);
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> number_text_to_double(Kind kind, std::string_view text) {
  if (!is_number(kind) || text.empty()) return std::nullopt;
  if (kind == Kind::ratio) return ratio_to_double(text);
  if (text == "##NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "##Inf") return std::numeric_limits<double>::infinity();
  if (text == "##-Inf") return -std::numeric_limits<double>::infinity();
  return decimal_text_to_double(text);
}

std::string double_to_text(double value) {
  if (std::isnan(value)) return "##NaN";
  if (std::isinf(value)) return value > 0 ? "##Inf" : "##-Inf";
  char buffer[32];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

uint64_t prime_near(uint64_t random) {
  constexpr uint64_t top_bit = uint64_t{1} << 60;
  uint64_t candidate = (random & (top_bit - 1)) | top_bit | 1;
  while (!is_prime(candidate)) candidate += 2;
  return candidate;
}

uint64_t rational_residue(std::string_view text, uint64_t prime) {
  Rational number = split(text);
  uint64_t residue = digits_residue(number.top, prime);
  if (!number.bottom.empty()) {
    uint64_t bottom = digits_residue(number.bottom, prime);
    std::string top_digits(number.top);
    std::string bottom_digits(number.bottom);
    // A multiple of the prime has no inverse: what both parts have of it goes out first.
    while (bottom == 0 && residue == 0 && !number.top.empty()) {
      top_digits = divide_exactly(top_digits, prime);
      bottom_digits = divide_exactly(bottom_digits, prime);
      residue = digits_residue(top_digits, prime);
      bottom = digits_residue(bottom_digits, prime);
    }
    residue = bottom == 0 ? 1 : multiply(residue, power(bottom, prime - 2, prime), prime);
  }
  return number.negative && residue != 0 ? prime - residue : residue;
}

bool equal_rationals(std::string_view a, std::string_view b) {
  Rational left = split(a);
  Rational right = split(b);
  if (left.negative != right.negative) return false;
  if (left.bottom == right.bottom) return left.top == right.top;
  auto crossed = [](std::string_view top, std::string_view bottom) {
    Natural number = parse_natural(top);
    return bottom.empty() ? number : product(number, parse_natural(bottom));
  };
  return crossed(left.top, right.bottom) == crossed(right.top, left.bottom);
}

std::string normal_decimal(std::string_view text) {
  std::string out;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    if (text.front() == '-') out = "-";
    text.remove_prefix(1);
  }
  int64_t exponent = 0;
  if (size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    exponent = integer_text_to_int64(text.substr(e + 1)).value_or(0);
    text = text.substr(0, e);
  }
  size_t sign = out.size();
  size_t point = text.find('.');
  if (point != std::string_view::npos) {
    exponent -= static_cast<int64_t>(text.size() - point - 1);
    out += without_zeros(text.substr(0, point));
    out += out.size() == sign ? without_zeros(text.substr(point + 1)) : text.substr(point + 1);
  } else {
    out += without_zeros(text);
  }
  while (out.size() > sign && out.back() == '0') {
    out.pop_back();
    ++exponent;
  }
  if (out.size() == sign) return "0";
  return out + "e" + std::to_string(exponent);
}

std::string to_decimal(std::string_view digits, unsigned base) {
  Natural number;
  // As many digits at once as a limb holds.
  uint32_t factor = 1;
  uint32_t part = 0;
  for (char c : digits) {
    unsigned digit =
        c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a') + 10;
    part = part * base + digit;
    factor *= base;
    if (factor > limb_base / base) {
      multiply_add(number, factor, part);
      factor = 1;
      part = 0;
    }
  }
  if (factor != 1) multiply_add(number, factor, part);
  trim(number);
  return print_natural(number);
}

std::string reduce_ratio(std::string_view text) {
  Rational number = split(text);
  Natural top = parse_natural(number.top);
  Natural bottom = number.bottom.empty() ? Natural{1} : parse_natural(number.bottom);
  Natural divisor = gcd(top, bottom);
  std::string out = number.negative ? "-" : "";
  out += print_natural(divide(top, divisor));
  std::string below = print_natural(divide(bottom, divisor));
  return below == "1" ? out : out + "/" + below;
}

std::string normal_uuid(std::string_view text) {
  constexpr size_t widths[] = {8, 4, 4, 4, 12};
  std::string out;
  for (size_t width : widths) {
    std::string_view group = text.substr(0, text.find('-'));
    text.remove_prefix(std::min(text.size(), group.size() + 1));
    if (!out.empty()) out += '-';
    if (group.size() < width) out.append(width - group.size(), '0');
    for (char c : group) out += c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c;
  }
  return out;
}

}  // namespace clogs::edn
