#include "core/edn/parse.h"

#include "core/edn/equal.h"
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

char closer_of(Kind kind) { return kind == Kind::list ? ')' : kind == Kind::vector ? ']' : '}'; }

}  // namespace

Reader::Outcome Parse::run() {
  size_t nodes_before = tape_.size();
  const char* started = at_;
  bool good = skip_blank(0);
  if (!good) started = discard_at_;
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
  reader_.at_ = offset(started);
  return Reader::Outcome::error;
}

size_t Parse::form_bytes_max() const {
  return std::min(reader_.limits_.max_form_bytes, form_bytes_ceiling);
}

void Parse::bound_form() {
  size_t limit = form_bytes_max();
  if (static_cast<size_t>(text_end_ - at_) > limit) end_ = at_ + limit + 1;
}

bool Parse::check_size(const char* started) {
  return static_cast<size_t>(at_ - started) <= form_bytes_max() || fail_too_large();
}

bool Parse::check_utf8(const char* started) {
  std::string_view form(started, static_cast<size_t>(at_ - started));
  if (is_valid_utf8(form)) return true;
  const char* bad = started + valid_utf8_prefix(form);
  at_ = bad;
  return fail(bad, "bytes that are not UTF-8", "bytes that are not UTF-8", "UTF-8");
}

bool Parse::skip_blank(size_t depth) {
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

bool Parse::skip_discarded(size_t depth) {
  const char* started = at_;
  if (depth == 0) discard_at_ = at_;
  at_ += 2;
  size_t nodes = tape_.size();
  if (!enter(started, depth) || !skip_blank(depth + 1)) return false;
  if (at_ == end_) return fail_at_end("a form to discard");
  if (!read_value(depth + 1)) return false;
  tape_.truncate(nodes);
  return true;
}

bool Parse::enter(const char* at, size_t depth) {
  size_t limit = std::min(reader_.limits_.max_depth, depth_ceiling);
  if (depth < limit) return true;
  return fail(at, "nested deeper than " + std::to_string(limit), found_at(at),
              "at most " + std::to_string(limit) + " levels");
}

bool Parse::read_value(size_t depth) {
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

bool Parse::read_sequence(Kind kind, size_t opener_bytes, size_t depth) {
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

bool Parse::read_map(size_t depth, std::string_view space) {
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
    if (!space.empty() && !qualify(tape_.node(key), space)) return false;
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

bool Parse::check_distinct(size_t node, const char* opened, std::string_view what) {
  View twice = find_duplicate(tape_.at(node));
  if (!twice) return true;
  std::string printed = shown(print(twice));
  const char* where = opened;
  // Text of an atom that was not decoded says where it stands.
  if (!is_collection(twice.kind()) && twice.text().data() >= opened && twice.text().data() < at_) {
    where = twice.text().data() - (twice.is(Kind::keyword) || twice.is(Kind::string) ? 1 : 0);
  }
  at_ = where;
  return fail(where, "duplicate " + std::string(what) + " " + printed, printed,
              std::string(what) + "s that differ");
}

bool Parse::read_keyword() {
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

bool Parse::read_plain_number() {
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

bool Parse::read_string_text(std::string_view& text) {
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

bool Parse::read_string() {
  std::string_view text;
  if (!read_string_text(text)) return false;
  tape_.atom(Kind::string, text);
  return true;
}

}  // namespace clogs::edn
