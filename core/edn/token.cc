#include "core/edn/token.h"

#include "core/edn/numbers.h"
#include "core/edn/scan.h"

namespace clogs::edn {

namespace {

// The UTF-8 of U+0085, U+00A0, U+1680, U+2000..U+200A, U+2028, U+2029, U+202F, U+205F, U+3000 and
// U+FEFF: what Unicode calls white space, and the byte order mark.
bool has_unicode_space(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    auto at = [&](size_t k) {
      return i + k < text.size() ? static_cast<uint8_t>(text[i + k]) : uint8_t{0};
    };
    uint8_t second = at(1);
    uint8_t third = at(2);
    switch (at(0)) {
      case 0xC2:
        if (second == 0x85 || second == 0xA0) return true;
        break;
      case 0xE1:
        if (second == 0x9A && third == 0x80) return true;
        break;
      case 0xE2:
        if (second == 0x80 &&
            ((third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF)) {
          return true;
        }
        if (second == 0x81 && third == 0x9F) return true;
        break;
      case 0xE3:
        if (second == 0x80 && third == 0x80) return true;
        break;
      case 0xEF:
        if (second == 0xBB && third == 0xBF) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

std::string_view name_problem(std::string_view name) {
  bool wide = false;
  for (char c : name) {
    uint8_t bits = byte_classes[static_cast<uint8_t>(c)];
    if (bits & (byte_space | byte_terminator | byte_illegal))
      return "holds a character not allowed";
    wide |= (static_cast<uint8_t>(c) & 0x80) != 0;
  }
  if (wide && has_unicode_space(name)) return "holds a space of Unicode";
  if (name.find("::") != std::string_view::npos) return "holds two colons";
  if (name.back() == ':') return "ends in a colon";
  size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return {};
  if (name.front() == '/') return "has an empty namespace";
  // "ns//" names the symbol "/" of ns.
  size_t name_at = slash + 1 == name.size() ? slash : slash + 1;
  if (name_at == slash && name[slash - 1] != '/') return "ends in a slash";
  if (name_at == slash && slash == 1) return "has an empty namespace";
  if (name[name_at] >= '0' && name[name_at] <= '9') return "has a digit behind the slash";
  size_t space_end = name_at - 1;
  if (space_end > 0 && name[space_end - 1] == ':') return "has a namespace that ends in a colon";
  return {};
}

bool all_digits(std::string_view text) {
  for (char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'z' ? static_cast<unsigned>(low - 'a') + 10 : 36;
}

bool all_digits_of(std::string_view text, unsigned base) {
  for (char c : text) {
    if (digit_value(c) >= base) return false;
  }
  return !text.empty();
}

// digits [. [digits]] [e [sign] digits] [M]
std::string_view read_decimal(std::string_view token, std::string_view body, Number& number) {
  number.kind = Kind::floating;
  number.text = token;
  bool exact = body.back() == 'M';
  if (exact) {
    body.remove_suffix(1);
    number.text.remove_suffix(1);
    number.kind = Kind::decimal;
  }
  size_t at = 0;
  while (at < body.size() && is_digit(body[at])) ++at;
  if (at < body.size() && body[at] == '.') {
    ++at;
    while (at < body.size() && is_digit(body[at])) ++at;
  }
  if (at < body.size() && (body[at] | 0x20) == 'e') {
    ++at;
    std::string_view exponent = body.substr(at);
    if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-')) exponent.remove_prefix(1);
    if (!all_digits(exponent)) return "has no digits in its exponent";
    std::optional<int64_t> power = integer_text_to_int64(body.substr(at));
    constexpr int64_t power_max = 0x7FFFFFFF;
    if (exact && (!power || *power > power_max || *power < -power_max)) {
      return "has too large an exponent";
    }
    at = body.size();
  }
  return at == body.size() ? std::string_view() : "is malformed";
}

std::string_view read_ratio(std::string_view token, std::string_view body, Number& number) {
  size_t slash = body.find('/');
  std::string_view bottom = body.substr(slash + 1);
  if (!all_digits(body.substr(0, slash)) || !all_digits(bottom)) return "is malformed";
  if (bottom.find_first_not_of('0') == std::string_view::npos) return "divides by zero";
  number.kind = Kind::ratio;
  number.text = token;
  return {};
}

// Octal, hexadecimal and any base from 2 to 36, as Clojure reads them.
std::string_view read_based(std::string_view body, Number& number) {
  size_t radix = body.find_first_of("rR");
  bool hexadecimal = body.size() > 1 && body[0] == '0' && (body[1] | 0x20) == 'x';
  if (!hexadecimal && radix != std::string_view::npos && radix >= 1 && radix <= 2 &&
      body[0] != '0' && all_digits(body.substr(0, radix))) {
    number.base = 0;
    for (char c : body.substr(0, radix)) number.base = number.base * 10 + digit_value(c);
    number.text = body.substr(radix + 1);
    if (number.base < 2 || number.base > 36) return "has no base from 2 to 36";
    return all_digits_of(number.text, number.base) ? std::string_view()
                                                   : "has a digit outside its base";
  }
  if (body.back() == 'N') {
    number.kind = Kind::big_integer;
    body.remove_suffix(1);
  }
  number.base = hexadecimal ? 16 : 8;
  number.text = body.substr(hexadecimal ? 2 : 1);
  if (!all_digits_of(number.text, number.base)) {
    return hexadecimal ? "has no hexadecimal digits" : "is malformed";
  }
  return {};
}

}  // namespace

std::string_view symbol_problem(std::string_view name) {
  if (name == "/") return {};
  if (name.empty()) return "is empty";
  if (is_digit(name.front())) return "starts with a digit";
  if (name.front() == ':') return "starts with a colon";
  return name_problem(name);
}

std::string_view keyword_problem(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.front() == ':') return "starts with two colons";
  return name_problem(name);
}

bool is_keyword_name(std::string_view name) {
  bool plain = false;
  const char* end = name.data() + name.size();
  if (find_token_end(name.data(), end, plain) != end || name.empty()) return false;
  return plain || keyword_problem(name).empty();
}

std::string_view read_number(std::string_view token, Number& number) {
  number = {};
  number.text = token;
  std::string_view body = token;
  if (body.front() == '-' || body.front() == '+') body.remove_prefix(1);
  std::string_view digits = body;
  if (digits.back() == 'N') digits.remove_suffix(1);
  if (all_digits(digits) && (digits.size() == 1 || digits[0] != '0')) {
    if (digits.size() != body.size()) {
      number.kind = Kind::big_integer;
      number.text.remove_suffix(1);
    }
    return {};
  }
  if (body.find('/') != std::string_view::npos) return read_ratio(token, body, number);
  bool leading_zero = body[0] == '0' && body.size() > 1;
  bool hexadecimal = leading_zero && (body[1] | 0x20) == 'x';
  if (hexadecimal || body.find_first_of("rR") != std::string_view::npos ||
      (leading_zero && all_digits(digits))) {
    number.negative = token.front() == '-';
    return read_based(body, number);
  }
  return read_decimal(token, body, number);
}

}  // namespace clogs::edn
