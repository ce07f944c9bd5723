#include "core/edn/reader.h"

#include <algorithm>
#include <string>

#include "core/base/instant.h"
#include "core/edn/equal.h"
#include "core/edn/escape.h"
#include "core/edn/numbers.h"
#include "core/edn/printer.h"
#include "core/edn/scan.h"
#include "core/edn/token.h"
#include "core/edn/utf8.h"

namespace clogs::edn {

namespace {

// Frames of the parser are on the stack; no caller may ask for more of them.
constexpr size_t depth_ceiling = 2048;
// Node::length is 32 bits wide.
constexpr size_t form_bytes_ceiling = size_t{1} << 31;
// How much of a wrong token an error shows.
constexpr size_t found_bytes_max = 40;

constexpr std::string_view end_of_text = "end of text";

bool is_valid_uuid(std::string_view text) {
  constexpr size_t widths[] = {8, 4, 4, 4, 12};
  for (size_t group = 0; group < 5; ++group) {
    size_t digits = 0;
    uint32_t ignored = 0;
    while (digits < text.size() &&
           read_hex(text.data() + digits, text.data() + text.size(), 1, ignored)) {
      ++digits;
    }
    if (digits == 0 || digits > widths[group]) return false;
    text.remove_prefix(digits);
    if (group == 4) return text.empty();
    if (text.empty() || text.front() != '-') return false;
    text.remove_prefix(1);
  }
  return false;
}

char closer_of(Kind kind) { return kind == Kind::list ? ')' : kind == Kind::vector ? ']' : '}'; }

}  // namespace

// Reads one form by recursive descent. Every read_x() stands at the first byte of an x and leaves
// `at_` behind it; false means that error_ is set.
class Parse {
 public:
  Parse(Reader& reader, Tape& tape)
      : reader_(reader),
        tape_(tape),
        begin_(reader.text_.data()),
        at_(begin_ + reader.at_),
        text_end_(begin_ + reader.text_.size()),
        end_(text_end_) {}

  Reader::Outcome run() {
    size_t nodes_before = tape_.size();
    const char* started = at_;
    bool good = skip_blank(0);
    if (good && at_ == end_) {
      reader_.at_ = offset(at_);
      return Reader::Outcome::end;
    }
    if (good) {
      started = at_;
      bound_form();
      good = read_value(0) && check_size(started) && check_utf8(started);
    }
    reader_.form_at_ = offset(started);
    if (good) {
      reader_.at_ = offset(at_);
      return Reader::Outcome::form;
    }
    tape_.truncate(nodes_before);
    // An unfinished form ends with the text; the next line of it is where reading may go on.
    reader_.at_ = unfinished_ ? offset(started) : offset(at_);
    return Reader::Outcome::error;
  }

 private:
  size_t offset(const char* at) const { return static_cast<size_t>(at - begin_); }

  size_t form_bytes_max() const {
    return std::min(reader_.limits_.max_form_bytes, form_bytes_ceiling);
  }

  // Lets the form that starts here end no later than one byte over its limit.
  void bound_form() {
    size_t limit = form_bytes_max();
    if (static_cast<size_t>(text_end_ - at_) > limit) end_ = at_ + limit + 1;
  }

  bool fail(const char* at, std::string problem, std::string found, std::string expected = {}) {
    reader_.error_ = {position_of(reader_.text_, offset(at)), std::move(problem), std::move(found),
                      std::move(expected)};
    return false;
  }

  // The character or token at `at`, fit for an error.
  std::string found_at(const char* at) const {
    if (at == end_) return std::string(end_of_text);
    const char* token_end = at + 1;
    while (token_end != end_ && (static_cast<uint8_t>(*token_end) & 0xC0) == 0x80) ++token_end;
    if (!ends_token(*at)) {
      while (token_end != end_ && !ends_token(*token_end)) ++token_end;
    }
    return shown({at, static_cast<size_t>(token_end - at)});
  }
  static std::string shown(std::string_view token) {
    std::string_view cut = token.substr(0, found_bytes_max);
    while (cut.size() < token.size() && !cut.empty() && !is_valid_utf8(cut)) cut.remove_suffix(1);
    if (!is_valid_utf8(cut)) return "bytes that are not UTF-8";
    return std::string(cut) + (cut.size() < token.size() ? "..." : "");
  }

  bool fail_at_end(std::string expected) {
    if (end_ != text_end_) return fail_too_large();
    unfinished_ = true;
    return fail(end_, std::string(end_of_text), std::string(end_of_text), std::move(expected));
  }

  bool fail_too_large() {
    std::string limit = std::to_string(form_bytes_max());
    return fail(at_, "form larger than " + limit + " bytes", found_at(at_),
                "at most " + limit + " bytes");
  }

  bool fail_token(const char* at, std::string_view what, std::string_view token,
                  std::string_view problem) {
    std::string found = shown(token);
    std::string sentence(what);
    sentence += ' ';
    sentence += found;
    sentence += ' ';
    sentence += problem;
    return fail(at, std::move(sentence), std::move(found));
  }

  bool check_size(const char* started) {
    return static_cast<size_t>(at_ - started) <= form_bytes_max() || fail_too_large();
  }

  bool check_utf8(const char* started) {
    std::string_view form(started, static_cast<size_t>(at_ - started));
    if (is_valid_utf8(form)) return true;
    const char* bad = started + valid_utf8_prefix(form);
    at_ = bad;
    return fail(bad, "bytes that are not UTF-8", "bytes that are not UTF-8", "UTF-8");
  }

  // --- what is between values -------------------------------------------------------------------

  // White space, commas, comments and discarded forms.
  bool skip_blank(size_t depth) {
    for (;;) {
      while (at_ != end_ && is_space(*at_)) ++at_;
      if (at_ == end_) return true;
      if (*at_ == ';') {
        while (at_ != end_ && *at_ != '\n') ++at_;
      } else if (*at_ == '#' && end_ - at_ > 1 && at_[1] == '_') {
        if (!skip_discarded(depth)) return false;
      } else {
        return true;
      }
    }
  }

  bool skip_discarded(size_t depth) {
    const char* started = at_;
    at_ += 2;
    size_t nodes = tape_.size();
    if (!enter(started, depth) || !skip_blank(depth + 1)) return false;
    if (at_ == end_) return fail_at_end("a form to discard");
    if (!read_value(depth + 1)) return false;
    tape_.truncate(nodes);
    return true;
  }

  bool enter(const char* at, size_t depth) {
    size_t limit = std::min(reader_.limits_.max_depth, depth_ceiling);
    if (depth < limit) return true;
    return fail(at, "nested deeper than " + std::to_string(limit), found_at(at),
                "at most " + std::to_string(limit) + " levels");
  }

  // --- values -----------------------------------------------------------------------------------

  bool read_value(size_t depth) {
    switch (*at_) {
      case '{':
        return read_map(depth, {});
      case '[':
        return read_sequence(Kind::vector, 1, depth);
      case '(':
        return read_sequence(Kind::list, 1, depth);
      case '"':
        return read_string();
      case ':':
        return read_keyword();
      case '\\':
        return read_character();
      case '#':
        return read_dispatch(depth);
      case '^':
        return read_with_metadata(depth);
      case ')':
      case ']':
      case '}':
        return fail_unmatched("a form");
      case '+':
      case '-':
        if (end_ - at_ > 1 && is_digit(at_[1])) return read_number_token();
        return read_symbol();
      default:
        return is_digit(*at_) ? read_number_token() : read_symbol();
    }
  }

  bool fail_unmatched(std::string expected) {
    return fail(at_, std::string("unmatched delimiter ") + *at_, std::string(1, *at_),
                std::move(expected));
  }

  bool fail_unclosed(const char* opened, char closer) {
    Position where = position_of(reader_.text_, offset(opened));
    return fail_at_end(std::string(1, closer) + " for what opens at line " +
                       std::to_string(where.line) + ", column " + std::to_string(where.column));
  }

  bool read_sequence(Kind kind, size_t opener_bytes, size_t depth) {
    const char* opened = at_;
    const char closer = closer_of(kind);
    if (!enter(opened, depth)) return false;
    at_ += opener_bytes;
    size_t node = tape_.open(kind);
    size_t count = 0;
    for (;; ++count) {
      if (!skip_blank(depth + 1)) return false;
      if (at_ == end_) return fail_unclosed(opened, closer);
      if (*at_ == closer) break;
      if (*at_ == ')' || *at_ == ']' || *at_ == '}') {
        return fail_unmatched(std::string(1, closer));
      }
      if (!read_value(depth + 1)) return false;
    }
    ++at_;
    tape_.close(node, count);
    return kind != Kind::set || check_distinct(node, opened, "element");
  }

  bool read_map(size_t depth, std::string_view space) {
    const char* opened = at_;
    if (!enter(opened, depth)) return false;
    ++at_;
    size_t node = tape_.open(Kind::map);
    size_t count = 0;
    for (;; ++count) {
      if (!skip_blank(depth + 1)) return false;
      if (at_ == end_) return fail_unclosed(opened, '}');
      if (*at_ == '}') break;
      if (*at_ == ')' || *at_ == ']') return fail_unmatched("}");
      size_t key = tape_.size();
      if (!read_value(depth + 1)) return false;
      if (!space.empty()) qualify(tape_.node(key), space);
      if (!skip_blank(depth + 1)) return false;
      if (at_ == end_) return fail_unclosed(opened, '}');
      if (*at_ == '}') return fail(at_, "map with a key that has no value", "}", "a value");
      if (*at_ == ')' || *at_ == ']') return fail_unmatched("a value");
      if (!read_value(depth + 1)) return false;
    }
    ++at_;
    tape_.close(node, count);
    return check_distinct(node, opened, "key");
  }

  bool check_distinct(size_t node, const char* opened, std::string_view what) {
    View twice = find_duplicate(tape_.at(node));
    if (!twice) return true;
    std::string printed = shown(print(twice));
    const char* where = opened;
    // Text of an atom that was not decoded says where it stands.
    if (!is_collection(twice.kind()) && twice.text().data() >= opened &&
        twice.text().data() < at_) {
      where = twice.text().data() - (twice.is(Kind::keyword) || twice.is(Kind::string) ? 1 : 0);
    }
    at_ = where;
    return fail(where, "duplicate " + std::string(what) + " " + printed, printed,
                std::string(what) + "s that differ");
  }

  // --- atoms ------------------------------------------------------------------------------------

  std::string_view token_from(const char* started, bool number) {
    while (at_ != end_ && !ends_token(*at_) && !(number && *at_ == '#')) ++at_;
    return {started, static_cast<size_t>(at_ - started)};
  }

  bool read_keyword() {
    const char* started = at_++;
    bool plain = false;
    const char* name_end = find_token_end(at_, end_, plain);
    std::string_view name(at_, static_cast<size_t>(name_end - at_));
    at_ = name_end;
    std::string_view problem;
    if (!plain || name.empty()) problem = keyword_problem(name);
    if (problem.empty()) {
      tape_.atom(Kind::keyword, name);
      return true;
    }
    at_ = started;
    return fail_token(started, "keyword", {started, name.size() + 1}, problem);
  }

  bool read_symbol() {
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

  // Most numbers: digits without a zero in front, or digits with a point between them.
  bool read_plain_number() {
    const char* started = at_;
    if (*at_ == '-') ++at_;
    const char* digits = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    Kind kind = Kind::integer;
    if (at_ != end_ && *at_ == '.') {
      kind = Kind::floating;
      const char* point = at_++;
      while (at_ != end_ && is_digit(*at_)) ++at_;
      if (at_ == point + 1) return false;
    }
    if (at_ == digits || (*digits == '0' && at_ - digits > 1 && digits[1] != '.')) return false;
    if (at_ != end_ && !ends_token(*at_) && *at_ != '#') return false;
    auto bytes = static_cast<size_t>(at_ - started);
    if (bytes > reader_.limits_.max_digits) return false;
    tape_.atom(kind, {started, bytes});
    return true;
  }

  bool read_number_token() {
    const char* started = at_;
    if (read_plain_number()) return true;
    at_ = started;
    std::string_view token = token_from(at_, true);
    Number number;
    std::string_view problem = read_number(token, number);
    if (problem.empty() && token.size() > reader_.limits_.max_digits)
      problem = "has too many digits";
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

  bool read_character() {
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

  // The text between two quotes, decoded; `at_` stands at the first quote.
  bool read_string_text(std::string_view& text) {
    const char* opened = at_++;
    const char* stop = find_quote_or_backslash(at_, end_);
    if (stop == end_) return fail_unclosed(opened, '"');
    if (*stop == '"') {
      text = {at_, static_cast<size_t>(stop - at_)};
      at_ = stop + 1;
      return true;
    }
    return read_escaped_text(opened, stop, text);
  }

  bool read_escaped_text(const char* opened, const char* stop, std::string_view& text) {
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

  bool read_string() {
    std::string_view text;
    if (!read_string_text(text)) return false;
    tape_.atom(Kind::string, text);
    return true;
  }

  // --- what starts with # and ^ -----------------------------------------------------------------

  bool read_dispatch(size_t depth) {
    if (end_ - at_ == 1) {
      ++at_;
      return fail_at_end("a tag or a set");
    }
    switch (at_[1]) {
      case '{':
        return read_sequence(Kind::set, 2, depth);
      case '#':
        return read_symbolic_value();
      case ':':
        return read_namespaced_map(depth);
      default:
        return read_tagged(depth);
    }
  }

  bool read_symbolic_value() {
    const char* started = at_;
    at_ += 2;
    std::string_view token = token_from(at_, false);
    std::string_view whole(started, token.size() + 2);
    if (whole == "##Inf" || whole == "##-Inf" || whole == "##NaN") {
      tape_.atom(Kind::floating, whole);
      return true;
    }
    if (token.empty() && at_ == end_) return fail_at_end("Inf, -Inf or NaN");
    at_ = started;
    return fail(started, "unknown symbolic value " + shown(whole), shown(whole),
                "##Inf, ##-Inf or ##NaN");
  }

  // #:space{...}: names without a namespace get it, those of "_" lose theirs.
  bool read_namespaced_map(size_t depth) {
    const char* started = at_;
    at_ += 2;
    std::string_view space = token_from(at_, false);
    std::string_view problem = symbol_problem(space);
    if (problem.empty() && space.find('/') != std::string_view::npos) problem = "has a slash";
    if (space == "nil" || space == "true" || space == "false") problem = "is no symbol";
    if (!problem.empty()) {
      at_ = started;
      return fail_token(started, "namespace", {started, space.size() + 2}, problem);
    }
    if (!skip_blank(depth)) return false;
    if (at_ == end_) return fail_at_end("{");
    if (*at_ != '{') {
      return fail(at_, "namespace without a map", found_at(at_), "{");
    }
    return read_map(depth, space);
  }

  void qualify(Node& node, std::string_view space) {
    if (node.kind != Kind::keyword && node.kind != Kind::symbol) return;
    std::string_view name(node.text, node.length);
    if (name.starts_with("_/")) {
      name.remove_prefix(2);
    } else if (name.find('/') == std::string_view::npos) {
      std::string qualified(space);
      qualified += '/';
      qualified += name;
      name = tape_.keep(qualified);
    }
    node.text = name.data();
    node.length = static_cast<uint32_t>(name.size());
  }

  bool read_tagged(size_t depth) {
    const char* started = at_++;
    std::string_view tag = token_from(at_, false);
    auto first = static_cast<uint8_t>(tag.empty() ? 0 : tag[0]);
    bool letter = (first | 0x20) >= 'a' && ((first | 0x20) <= 'z' || first >= 0x80);
    std::string_view problem = letter ? symbol_problem(tag) : "starts with no letter";
    if (tag == "nil" || tag == "true" || tag == "false") problem = "is no symbol";
    if (!problem.empty()) {
      at_ = started;
      return fail_token(started, "tag", {started, tag.size() + 1}, problem);
    }
    if (!enter(started, depth) || !skip_blank(depth + 1)) return false;
    if (at_ == end_) return fail_at_end("the value of #" + shown(tag));
    if (tag == "inst" || tag == "uuid") return read_known_tag(tag);
    tape_.tag(tag);
    return read_value(depth + 1);
  }

  bool read_known_tag(std::string_view tag) {
    const char* started = at_;
    if (*at_ != '"') {
      return fail(at_, "#" + std::string(tag) + " without a string", found_at(at_), "a string");
    }
    std::string_view text;
    if (!read_string_text(text)) return false;
    bool inst = tag == "inst";
    if (inst ? parse_inst(text).ok() : is_valid_uuid(text)) {
      tape_.atom(inst ? Kind::inst : Kind::uuid, text);
      return true;
    }
    at_ = started;
    return fail(
        started, "#" + std::string(tag) + " with a malformed text", shown(text),
        inst ? "RFC 3339 or a prefix of it" : "five groups of hexadecimal digits as 8-4-4-4-12");
  }

  // Metadata is read and left out: it is no part of a value.
  bool read_with_metadata(size_t depth) {
    const char* started = at_++;
    size_t nodes = tape_.size();
    if (!enter(started, depth) || !skip_blank(depth + 1)) return false;
    if (at_ == end_) return fail_at_end("metadata");
    if (!read_value(depth + 1)) return false;
    Kind meta = tape_.node(nodes).kind;
    if (meta != Kind::keyword && meta != Kind::symbol && meta != Kind::string &&
        meta != Kind::map) {
      at_ = started;
      return fail(started, "metadata is a " + std::string(kind_name(meta)),
                  std::string(kind_name(meta)), "a keyword, symbol, string or map");
    }
    tape_.truncate(nodes);
    if (!skip_blank(depth + 1)) return false;
    if (at_ == end_) return fail_at_end("a value behind metadata");
    if (!read_value(depth + 1)) return false;
    Kind kind = tape_.node(nodes).kind;
    if (is_collection(kind) || kind == Kind::symbol) return true;
    at_ = started;
    return fail(started, "metadata of a " + std::string(kind_name(kind)),
                std::string(kind_name(kind)), "a collection or symbol");
  }

  Reader& reader_;
  Tape& tape_;
  const char* begin_;
  const char* at_;
  const char* text_end_;
  const char* end_;  // of what this form may take
  bool unfinished_ = false;
};

Reader::Reader(std::string_view text, ReadLimits limits) : text_(text), limits_(limits) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

Reader::Outcome Reader::next(Tape& tape) { return Parse(*this, tape).run(); }

void Reader::skip_line() {
  size_t line_end = text_.find('\n', at_);
  at_ = line_end == std::string_view::npos ? text_.size() : line_end + 1;
}

Position position_of(std::string_view text, size_t offset) {
  Position position;
  position.offset = offset;
  for (char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<uint8_t>(c) & 0xC0) != 0x80) {
      ++position.column;
    }
  }
  return position;
}

Status ReadError::status() const {
  std::string message =
      "line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ": " + problem;
  if (!expected.empty()) message += ", expected " + expected;
  std::string details =
      "{:line " + std::to_string(at.line) + " :column " + std::to_string(at.column) + " :found ";
  append_quoted(found, details);
  if (!expected.empty()) {
    details += " :expected ";
    append_quoted(expected, details);
  }
  details += '}';
  return invalid_argument(std::move(message), std::move(details));
}

Status read_one(std::string_view text, Tape& tape, ReadLimits limits) {
  Reader reader(text, limits);
  ReadError error;
  switch (reader.next(tape)) {
    case Reader::Outcome::error:
      return reader.error().status();
    case Reader::Outcome::end:
      error = {position_of(text, text.size()), std::string(end_of_text), std::string(end_of_text),
               "one form"};
      return error.status();
    case Reader::Outcome::form:
      break;
  }
  size_t nodes = tape.size();
  switch (reader.next(tape)) {
    case Reader::Outcome::error:
      return reader.error().status();
    case Reader::Outcome::end:
      return ok_status();
    case Reader::Outcome::form:
      break;
  }
  std::string found = print(tape.at(nodes));
  tape.truncate(nodes);
  if (found.size() > found_bytes_max) found = "a further form";
  error = {position_of(text, reader.form_offset()), "a second form: " + found, found,
           "the end of the text"};
  return error.status();
}

Result<Value> read_value(std::string_view text, ReadLimits limits) {
  Tape tape;
  CLOGS_RETURN_IF_ERROR(read_one(text, tape, limits));
  return Value::from(tape.root());
}

}  // namespace clogs::edn
