#include "core/edn/escape.h"
#include "core/edn/numbers.h"
#include "core/edn/parse.h"
#include "core/edn/scan.h"
#include "core/edn/token.h"

namespace clogs::edn {

namespace {

// Of one number in another base than ten: turning it into decimal takes the square of its length.
constexpr size_t based_bytes_max = 1024;

}  // namespace

std::string_view Parse::token_from(const char* started, bool number) {
  while (at_ != end_ && !ends_token(*at_) && !(number && *at_ == '#')) ++at_;
  return {started, static_cast<size_t>(at_ - started)};
}

bool Parse::read_symbol() {
  const char* started = at_;
  std::string_view name = token_from(at_, false);
  std::string_view problem = symbol_problem(name);
  if (!problem.empty()) {
    at_ = started;
    return fail_token(started, "symbol", name, problem);
  }
  if (name == "nil") {
    tape_.nil();
  } else if (name == "true" || name == "false") {
    tape_.boolean(name == "true");
  } else {
    tape_.atom(Kind::symbol, name);
  }
  return true;
}

bool Parse::read_number_token() {
  const char* started = at_;
  if (read_plain_number()) return true;
  at_ = started;
  std::string_view token = token_from(at_, true);
  Number number;
  std::string_view problem = read_number(token, number);
  if (problem.empty() && token.size() > reader_.limits_.max_digits) problem = "has too many digits";
  if (problem.empty() && number.base != 0 && token.size() > based_bytes_max) {
    problem = "has too many digits for a base other than ten";
  }
  if (!problem.empty()) {
    at_ = started;
    return fail_token(started, "number", token, problem);
  }
  if (number.base != 0) {
    std::string digits = number.negative ? "-" : "";
    number.text = tape_.keep(digits + to_decimal(number.text, number.base));
  }
  tape_.atom(number.kind, number.text);
  return true;
}

bool Parse::read_character() {
  const char* started = at_++;
  if (at_ == end_) return fail_at_end("a character");
  if (is_space(*at_) && *at_ != ',') {
    at_ = started;
    return fail(started, "backslash before white space", "\\", "a character");
  }
  const char* name = at_++;
  while (at_ != end_ && (static_cast<uint8_t>(*at_) & 0xC0) == 0x80) ++at_;
  std::string_view token = token_from(name, false);
  uint32_t code_point = 0;
  std::string_view problem = decode_character(token, code_point);
  if (!problem.empty()) {
    at_ = started;
    return fail_token(started, "character", {started, token.size() + 1},
                      "is none: " + std::string(problem));
  }
  if (token.size() > 1 && static_cast<uint8_t>(token[0]) < 0x80) {
    char buffer[4];
    char* buffer_end = encode_utf8(code_point, buffer);
    token = tape_.keep({buffer, static_cast<size_t>(buffer_end - buffer)});
  }
  tape_.atom(Kind::character, token);
  return true;
}

bool Parse::read_escaped_text(const char* opened, const char* stop, std::string_view& text) {
  // The decoded text is never longer than the text up to the closing quote.
  const char* close = stop;
  while (close != end_ && *close != '"') {
    close = end_ - close > 2 ? find_quote_or_backslash(close + 2, end_) : end_;
  }
  if (close == end_) return fail_unclosed(opened, '"');
  char* const decoded = tape_.reserve(static_cast<size_t>(close - at_));
  char* out = decoded;
  for (;;) {
    out = std::copy(at_, stop, out);
    if (stop == close) break;
    at_ = stop + 1;
    std::string_view problem = decode_escape(at_, close, out);
    if (!problem.empty()) {
      at_ = stop;
      return fail(stop, "bad escape in a string: " + std::string(problem),
                  shown({stop, std::min<size_t>(6, static_cast<size_t>(close - stop))}),
                  "an escape of EDN");
    }
    stop = find_quote_or_backslash(at_, close);
  }
  at_ = close + 1;
  text = tape_.commit(static_cast<size_t>(out - decoded));
  return true;
}

}  // namespace clogs::edn
