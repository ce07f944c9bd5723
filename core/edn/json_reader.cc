#include "core/edn/json_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/edn/equal.h"
#include "core/edn/escape.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/scan.h"
#include "core/edn/token.h"
#include "core/edn/utf8.h"

namespace clogs::edn {

namespace {

// Frames of the parser are on the stack; no caller may ask for more of them.
constexpr size_t depth_ceiling = 2048;
// Node::length is 32 bits wide.
constexpr size_t text_bytes_max = size_t{1} << 31;

bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

// Recursive descent over one text. Every read_x() stands at the first byte of an x and leaves `at_`
// behind it; false means that status holds the failure.
struct JsonReader::Impl {
  JsonLimits limits;
  std::string_view text;
  const char* at = nullptr;
  const char* end = nullptr;
  Tape* tape = nullptr;
  Status status;

  bool fail(const char* where, std::string problem, std::string expected = {}) {
    auto offset = static_cast<size_t>(where - text.data());
    ReadError error{position_of(text, offset), std::move(problem), {}, std::move(expected)};
    if (where == end) {
      error.found = "end of text";
    } else {
      size_t width = 1;
      while (where + width != end && (static_cast<uint8_t>(where[width]) & 0xC0) == 0x80) ++width;
      error.found = std::string(where, width);
      if (!is_valid_utf8(error.found)) error.found = "bytes that are not UTF-8";
    }
    status = error.status();
    return false;
  }

  Status read_text(std::string_view json, Tape& out) {
    text = json;
    at = json.data();
    end = at + json.size();
    tape = &out;
    status = {};
    size_t nodes = out.size();
    if (!read_whole()) out.truncate(nodes);
    return std::move(status);
  }

  bool read_whole() {
    if (text.size() > text_bytes_max) return fail(at, "JSON text larger than 2 GiB");
    if (!is_valid_utf8(text)) {
      return fail(at + valid_utf8_prefix(text), "bytes that are not UTF-8", "UTF-8");
    }
    skip_space();
    if (!read_value(0)) return false;
    skip_space();
    return at == end || fail(at, "text behind the JSON value", "the end of the text");
  }

  void skip_space() {
    while (at != end && is_json_space(*at)) ++at;
  }

  bool read_value(size_t depth) {
    if (at == end) return fail(at, "end of text", "a JSON value");
    switch (*at) {
      case '{':
        return read_object(depth);
      case '[':
        return read_array(depth);
      case '"': {
        std::string_view string;
        if (!read_string(string)) return false;
        tape->atom(Kind::string, string);
        return true;
      }
      case 't':
        return read_literal("true") && (tape->boolean(true), true);
      case 'f':
        return read_literal("false") && (tape->boolean(false), true);
      case 'n':
        return read_literal("null") && (tape->nil(), true);
      default:
        return read_number();
    }
  }

  bool enter(size_t depth) {
    size_t limit = std::min(limits.max_depth, depth_ceiling);
    if (depth < limit) return true;
    return fail(at, "nested deeper than " + std::to_string(limit),
                "at most " + std::to_string(limit) + " levels");
  }

  bool read_object(size_t depth) {
    const char* opened = at;
    if (!enter(depth)) return false;
    ++at;
    size_t node = tape->open(Kind::map);
    size_t count = 0;
    skip_space();
    if (at != end && *at == '}') {
      ++at;
      tape->close(node, 0);
      return true;
    }
    for (;;) {
      if (!read_entry(depth)) return false;
      ++count;
      skip_space();
      if (at == end) return fail(at, "end of text", "}");
      if (*at == '}') break;
      if (*at != ',') return fail(at, "no comma between entries", ", or }");
      ++at;
      skip_space();
    }
    ++at;
    tape->close(node, count);
    View twice = find_duplicate(tape->at(node));
    if (!twice) return true;
    std::string key;
    append_quoted(twice.text(), key);
    return fail(opened, "duplicate key " + key, "keys that differ");
  }

  bool read_entry(size_t depth) {
    if (at == end || *at != '"') return fail(at, "no key", "a string");
    std::string_view key;
    if (!read_string(key)) return false;
    tape->atom(is_keyword_name(key) ? Kind::keyword : Kind::string, key);
    skip_space();
    if (at == end || *at != ':') return fail(at, "no colon behind the key", ":");
    ++at;
    skip_space();
    return read_value(depth + 1);
  }

  bool read_array(size_t depth) {
    if (!enter(depth)) return false;
    ++at;
    size_t node = tape->open(Kind::vector);
    size_t count = 0;
    skip_space();
    if (at != end && *at == ']') {
      ++at;
      tape->close(node, 0);
      return true;
    }
    for (;;) {
      if (!read_value(depth + 1)) return false;
      ++count;
      skip_space();
      if (at == end) return fail(at, "end of text", "]");
      if (*at == ']') break;
      if (*at != ',') return fail(at, "no comma between elements", ", or ]");
      ++at;
      skip_space();
    }
    ++at;
    tape->close(node, count);
    return true;
  }

  bool read_literal(std::string_view literal) {
    if (!std::string_view(at, static_cast<size_t>(end - at)).starts_with(literal)) {
      return fail(at, "no JSON value", "a JSON value");
    }
    at += literal.size();
    return true;
  }

  size_t skip_digits() {
    const char* from = at;
    while (at != end && is_digit(*at)) ++at;
    return static_cast<size_t>(at - from);
  }

  bool read_number() {
    const char* started = at;
    if (*at == '-') ++at;
    bool zero = at != end && *at == '0';
    size_t whole = skip_digits();
    if (whole == 0) return fail(started, "no JSON value", "a JSON value");
    if (zero && whole > 1) return fail(started, "number with a zero in front", "a JSON number");
    Kind kind = Kind::integer;
    if (at != end && *at == '.') {
      kind = Kind::floating;
      ++at;
      if (skip_digits() == 0) return fail(at, "number without digits behind its point", "a digit");
    }
    if (at != end && (*at | 0x20) == 'e') {
      kind = Kind::floating;
      ++at;
      if (at != end && (*at == '+' || *at == '-')) ++at;
      if (skip_digits() == 0) return fail(at, "number without digits in its exponent", "a digit");
    }
    std::string_view token(started, static_cast<size_t>(at - started));
    if (token.size() > limits.max_digits) return fail(started, "number with too many digits");
    tape->atom(kind, token);
    return true;
  }

  bool read_string(std::string_view& out) {
    const char* opened = at++;
    const char* stop = find_json_string_stop(at, end);
    if (stop != end && *stop == '"') {
      out = {at, static_cast<size_t>(stop - at)};
      at = stop + 1;
      return true;
    }
    const char* close = stop;
    while (close != end && *close == '\\') {
      close = end - close > 2 ? find_json_string_stop(close + 2, end) : end;
    }
    if (close == end) return fail(opened, "string without an end", "a closing quote");
    if (*close != '"') return fail(close, "control character in a string", "an escape");
    return read_escaped(stop, close, out);
  }

  bool read_escaped(const char* stop, const char* close, std::string_view& out) {
    // The decoded text is never longer than the text up to the closing quote.
    char* const decoded = tape->reserve(static_cast<size_t>(close - at));
    char* written = decoded;
    for (;;) {
      written = std::copy(at, stop, written);
      if (stop == close) break;
      at = stop + 1;
      std::string_view problem = decode_json_escape(at, close, written);
      if (!problem.empty()) {
        return fail(stop, "bad escape in a string: " + std::string(problem), "an escape of JSON");
      }
      stop = find_json_string_stop(at, close);
    }
    at = close + 1;
    out = tape->commit(static_cast<size_t>(written - decoded));
    return true;
  }
};

JsonReader::JsonReader(JsonLimits limits) : impl_(std::make_unique<Impl>()) {
  impl_->limits = limits;
}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

Status JsonReader::read(std::string_view text, Tape& tape) { return impl_->read_text(text, tape); }

}  // namespace clogs::edn
