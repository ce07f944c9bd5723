#include "core/edn/typed_json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/base/instant.h"
#include "core/edn/escape.h"
#include "core/edn/numbers.h"

namespace clogs::edn {

namespace {

void append_hex4(uint32_t unit, std::string& out) {
  constexpr char hex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex[(unit >> shift) & 0xF];
}

// All beyond ASCII as UTF-16 escapes.
void append_text(std::string_view text, std::string& out) {
  std::string quoted;
  append_quoted(text, quoted);
  for (size_t at = 0; at < quoted.size();) {
    if (static_cast<uint8_t>(quoted[at]) < 0x80) {
      out += quoted[at++];
      continue;
    }
    size_t width = 1;
    while (at + width < quoted.size() && (quoted[at + width] & 0xC0) == 0x80) ++width;
    uint32_t code = decode_utf8(std::string_view(quoted).substr(at, width));
    if (code < 0x10000) {
      append_hex4(code, out);
    } else {
      append_hex4(0xD800 + ((code - 0x10000) >> 10), out);
      append_hex4(0xDC00 + ((code - 0x10000) & 0x3FF), out);
    }
    at += width;
  }
}

void append_type(std::string_view type, std::string& out) {
  out += "{\"t\": \"";
  out += type;
  out += '"';
}

void append_typed_text(std::string_view type, std::string_view text, std::string& out) {
  append_type(type, out);
  out += ", \"v\": ";
  append_text(text, out);
  out += '}';
}

// A signed integer without plus and zeros in front.
std::string plain_integer(std::string_view text) {
  bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  size_t first = text.find_first_not_of('0');
  if (first == std::string_view::npos) return "0";
  return (negative ? "-" : "") + std::string(text.substr(first));
}

void append_integer(std::string_view text, bool big, std::string& out) {
  std::string plain = plain_integer(text);
  bool wide = big || !integer_text_to_int64(plain);
  append_typed_text(wide ? "bigint" : "int", plain, out);
}

// As Java prints a double: 1.0E10 from 10^7 on and below 10^-3, else plain, always with a point.
std::string java_double(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  double magnitude = std::fabs(value);
  bool scientific = magnitude >= 1e7 || magnitude < 1e-3;
  char buffer[400];
  auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, format);
  std::string text(buffer, end);
  size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  if (e == std::string::npos) return mantissa;
  return mantissa + "E" + std::to_string(*integer_text_to_int64(text.substr(e + 1)));
}

void append_float(double value, std::string& out) {
  char bits[24];
  uint64_t word = std::isnan(value) ? 0x7FF8000000000000 : std::bit_cast<uint64_t>(value);
  std::snprintf(bits, sizeof bits, "%016llx", static_cast<unsigned long long>(word));
  append_type("float", out);
  out += ", \"v\": \"" + java_double(value) + "\", \"bits\": \"" + bits + "\"}";
}

// As java.math.BigDecimal prints: digits and scale kept, an exponent where the scale is negative or
// the number has more than six zeros behind its point.
std::string java_decimal(std::string_view text) {
  bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  int64_t scale = 0;
  if (size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    scale = -integer_text_to_int64(text.substr(e + 1)).value_or(0);
    text = text.substr(0, e);
  }
  std::string digits(text.substr(0, text.find('.')));
  if (size_t point = text.find('.'); point != std::string_view::npos) {
    digits += text.substr(point + 1);
    scale += static_cast<int64_t>(text.size() - point - 1);
  }
  digits = plain_integer(digits);
  std::string out = negative && digits != "0" ? "-" : "";
  auto count = static_cast<int64_t>(digits.size());
  int64_t exponent = count - 1 - scale;
  if (scale >= 0 && exponent >= -6) {
    if (scale == 0) return out + digits;
    if (count <= scale) digits.insert(0, static_cast<size_t>(scale - count + 1), '0');
    digits.insert(digits.size() - static_cast<size_t>(scale), ".");
    return out + digits;
  }
  if (count > 1) digits.insert(1, ".");
  out += digits;
  if (exponent == 0) return out;
  return out + (exponent > 0 ? "E+" : "E") + std::to_string(exponent);
}

void append_name(std::string_view type, std::string_view text, std::string& out) {
  append_type(type, out);
  size_t slash = text == "/" ? std::string_view::npos : text.find('/');
  out += ", \"ns\": ";
  if (slash == std::string_view::npos) {
    out += "null";
  } else {
    append_text(text.substr(0, slash), out);
    text.remove_prefix(slash + 1);
  }
  out += ", \"name\": ";
  append_text(text, out);
  out += '}';
}

void append_ratio(std::string_view text, std::string& out) {
  std::string reduced = reduce_ratio(text);
  if (reduced.find('/') == std::string::npos) {
    append_integer(reduced, false, out);
  } else {
    append_typed_text("ratio", reduced, out);
  }
}

void append_collection(std::string_view type, View view, std::string& out) {
  std::vector<std::string> items;
  for (auto it = view.begin(); it != view.end(); ++it) {
    std::string item;
    if (view.is(Kind::map)) {
      item += '[';
      write_typed_json(*it, item);
      item += ", ";
      write_typed_json(*++it, item);
      item += ']';
    } else {
      write_typed_json(*it, item);
    }
    items.push_back(std::move(item));
  }
  if (view.is(Kind::map) || view.is(Kind::set)) std::sort(items.begin(), items.end());
  append_type(type, out);
  out += ", \"v\": [";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out += ", ";
    out += items[i];
  }
  out += "]}";
}

void append_instant(std::string_view text, std::string& out) {
  Result<Instant> instant = parse_inst(text);
  Instant point = instant.ok() ? *instant : Instant{};
  append_type("inst", out);
  out += ", \"epoch_s\": " + std::to_string(point.seconds) +
         ", \"nanos\": " + std::to_string(point.nanos) + "}";
}

}  // namespace

void write_typed_json(View view, std::string& out) {
  std::string_view text = is_collection(view.kind()) ? std::string_view() : view.text();
  switch (view.kind()) {
    case Kind::nil:
      out += "{\"t\": \"nil\"}";
      return;
    case Kind::boolean:
      append_type("bool", out);
      out += view.truth() ? ", \"v\": true}" : ", \"v\": false}";
      return;
    case Kind::integer:
      append_integer(text, false, out);
      return;
    case Kind::big_integer:
      append_integer(text, true, out);
      return;
    case Kind::floating:
      append_float(*view.as_double(), out);
      return;
    case Kind::decimal:
      append_typed_text("bigdec", java_decimal(text), out);
      return;
    case Kind::ratio:
      append_ratio(text, out);
      return;
    case Kind::character:
      append_type("char", out);
      out += ", \"v\": ";
      append_text(text, out);
      out += ", \"cp\": " + std::to_string(decode_utf8(text)) + "}";
      return;
    case Kind::string:
      append_typed_text("str", text, out);
      return;
    case Kind::keyword:
      append_name("kw", text, out);
      return;
    case Kind::symbol:
      append_name("sym", text, out);
      return;
    case Kind::list:
      append_collection("list", view, out);
      return;
    case Kind::vector:
      append_collection("vec", view, out);
      return;
    case Kind::map:
      append_collection("map", view, out);
      return;
    case Kind::set:
      append_collection("set", view, out);
      return;
    case Kind::inst:
      append_instant(text, out);
      return;
    case Kind::uuid:
      append_typed_text("uuid", normal_uuid(text), out);
      return;
    case Kind::tagged:
      append_type("tagged", out);
      out += ", \"tag\": ";
      append_text(text, out);
      out += ", \"v\": ";
      write_typed_json(view.tagged_value(), out);
      out += '}';
      return;
  }
}

}  // namespace clogs::edn
