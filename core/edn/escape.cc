#include "core/edn/escape.h"

#include "core/edn/scan.h"

namespace clogs::edn {

namespace {

bool is_surrogate(uint32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }
bool is_high_surrogate(uint32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDBFF; }
bool is_low_surrogate(uint32_t code_point) { return code_point >= 0xDC00 && code_point <= 0xDFFF; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

constexpr std::string_view lone_surrogate = "half of a surrogate pair";

// Behind "\u": four digits, or two such escapes for a pair of surrogates.
std::string_view decode_unicode(const char*& at, const char* end, char*& out) {
  uint32_t code = 0;
  if (!read_hex(at, end, 4, code)) return "\\u needs four hexadecimal digits";
  at += 4;
  if (is_low_surrogate(code)) return lone_surrogate;
  if (is_high_surrogate(code)) {
    uint32_t low = 0;
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u' || !read_hex(at + 2, end, 4, low) ||
        !is_low_surrogate(low)) {
      return lone_surrogate;
    }
    at += 6;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  out = encode_utf8(code, out);
  return {};
}

std::string_view decode_octal(const char*& at, const char* end, char*& out) {
  uint32_t code = 0;
  int digits = 0;
  for (; digits < 3 && at != end && is_octal(*at); ++digits) {
    code = code * 8 + static_cast<uint32_t>(*at++ - '0');
  }
  bool cut_short = digits < 3 && at != end && (*at == '8' || *at == '9');
  if (code > 0377 || cut_short) return "an octal escape is \\0 to \\377";
  out = encode_utf8(code, out);
  return {};
}

// The letter behind the backslash for characters that have one in both EDN and JSON, or 0.
char short_escape(char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    default:
      return 0;
  }
}

}  // namespace

char* encode_utf8(uint32_t code, char* out) {
  auto put = [&out](uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

uint32_t decode_utf8(std::string_view text) {
  constexpr uint32_t replacement = 0xFFFD;
  if (text.empty()) return replacement;
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i])); };
  uint32_t first = byte(0);
  size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < length || (first >= 0x80 && first < 0xC2) || first > 0xF4) return replacement;
  if (length == 1) return first;
  uint32_t code = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return replacement;
    code = (code << 6) | (byte(i) & 0x3F);
  }
  return code;
}

bool read_hex(const char* at, const char* end, int count, uint32_t& value) {
  if (end - at < count) return false;
  uint32_t sum = 0;
  for (int i = 0; i < count; ++i) {
    char c = at[i];
    char low = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      sum = sum * 16 + static_cast<uint32_t>(c - '0');
    } else if (low >= 'a' && low <= 'f') {
      sum = sum * 16 + static_cast<uint32_t>(low - 'a') + 10;
    } else {
      return false;
    }
  }
  value = sum;
  return true;
}

std::string_view decode_escape(const char*& at, const char* end, char*& out) {
  switch (*at) {
    case '"':
      *out++ = '"';
      break;
    case '\\':
      *out++ = '\\';
      break;
    case 'n':
      *out++ = '\n';
      break;
    case 'r':
      *out++ = '\r';
      break;
    case 't':
      *out++ = '\t';
      break;
    case 'b':
      *out++ = '\b';
      break;
    case 'f':
      *out++ = '\f';
      break;
    case 'u':
      return decode_unicode(++at, end, out);
    default:
      return is_octal(*at) ? decode_octal(at, end, out) : "no such escape";
  }
  ++at;
  return {};
}

std::string_view decode_json_escape(const char*& at, const char* end, char*& out) {
  if (*at == '/') {
    *out++ = *at++;
    return {};
  }
  return is_octal(*at) ? "no such escape" : decode_escape(at, end, out);
}

std::string_view decode_character(std::string_view token, uint32_t& code_point) {
  struct Named {
    std::string_view name;
    uint32_t code_point;
  };
  constexpr Named named[] = {{"newline", '\n'}, {"space", ' '},     {"tab", '\t'},
                             {"return", '\r'},  {"formfeed", '\f'}, {"backspace", '\b'}};
  if (token.size() == 1 || static_cast<uint8_t>(token[0]) >= 0x80) {
    code_point = decode_utf8(token);
    char buffer[4];
    auto width = static_cast<size_t>(encode_utf8(code_point, buffer) - buffer);
    return width == token.size() ? std::string_view() : "more than one character";
  }
  for (const Named& candidate : named) {
    if (token == candidate.name) {
      code_point = candidate.code_point;
      return {};
    }
  }
  const char* end = token.data() + token.size();
  if (token[0] == 'u') {
    if (token.size() != 5 || !read_hex(token.data() + 1, end, 4, code_point)) {
      return "\\u needs four hexadecimal digits";
    }
    return is_surrogate(code_point) ? lone_surrogate : std::string_view();
  }
  if (token[0] == 'o' && token.size() <= 4) {
    code_point = 0;
    for (char c : token.substr(1)) {
      if (!is_octal(c)) return "\\o needs octal digits";
      code_point = code_point * 8 + static_cast<uint32_t>(c - '0');
    }
    return code_point <= 0377 ? std::string_view() : "\\o goes to \\o377";
  }
  return "no such character";
}

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const char* plain = at;
    at = find_escaped(at, end);
    out.append(plain, at);
    if (at == end) break;
    char c = *at++;
    out += '\\';
    if (char letter = short_escape(c)) {
      out += letter;
      continue;
    }
    constexpr char hex[] = "0123456789abcdef";
    out += "u00";
    out += hex[(c >> 4) & 0xF];
    out += hex[c & 0xF];
  }
  out += '"';
}

}  // namespace clogs::edn
