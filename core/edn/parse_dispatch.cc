#include "core/base/instant.h"
#include "core/edn/escape.h"
#include "core/edn/parse.h"
#include "core/edn/token.h"

namespace clogs::edn {

namespace {

bool is_literal(std::string_view name) {
  return name == "nil" || name == "true" || name == "false";
}

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

}  // namespace

bool Parse::read_dispatch(size_t depth) {
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

bool Parse::read_symbolic_value() {
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

bool Parse::read_namespaced_map(size_t depth) {
  const char* started = at_;
  at_ += 2;
  std::string_view space = token_from(at_, false);
  std::string_view problem = symbol_problem(space);
  if (problem.empty() && space.find('/') != std::string_view::npos) problem = "has a slash";
  if (is_literal(space)) problem = "is no symbol";
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

bool Parse::qualify(Node& node, std::string_view space) {
  if (node.kind != Kind::keyword && node.kind != Kind::symbol) return true;
  std::string_view name(node.text, node.length);
  const std::string_view sent = name;
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
  bool keyword = node.kind == Kind::keyword;
  std::string_view problem = keyword ? keyword_problem(name) : symbol_problem(name);
  if (!keyword && is_literal(name)) problem = "is no symbol";
  if (problem.empty()) return true;
  at_ = sent.data();
  return fail_token(at_, "name in a namespaced map", name, problem);
}

bool Parse::read_tagged(size_t depth) {
  const char* started = at_++;
  std::string_view tag = token_from(at_, false);
  auto first = static_cast<uint8_t>(tag.empty() ? 0 : tag[0]);
  bool letter = (first | 0x20) >= 'a' && ((first | 0x20) <= 'z' || first >= 0x80);
  std::string_view problem = letter ? symbol_problem(tag) : "starts with no letter";
  if (is_literal(tag)) problem = "is no symbol";
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

bool Parse::read_known_tag(std::string_view tag) {
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

bool Parse::read_with_metadata(size_t depth) {
  const char* started = at_++;
  size_t nodes = tape_.size();
  if (!enter(started, depth) || !skip_blank(depth + 1)) return false;
  if (at_ == end_) return fail_at_end("metadata");
  if (!read_value(depth + 1)) return false;
  Kind meta = tape_.node(nodes).kind;
  if (meta != Kind::keyword && meta != Kind::symbol && meta != Kind::string && meta != Kind::map) {
    at_ = started;
    return fail(started, "metadata of kind " + std::string(kind_name(meta)),
                std::string(kind_name(meta)), "a keyword, symbol, string or map");
  }
  tape_.truncate(nodes);
  if (!skip_blank(depth + 1)) return false;
  if (at_ == end_) return fail_at_end("a value behind metadata");
  if (!read_value(depth + 1)) return false;
  Kind kind = tape_.node(nodes).kind;
  if (is_collection(kind) || kind == Kind::symbol) return true;
  at_ = started;
  return fail(started, "metadata before kind " + std::string(kind_name(kind)),
              std::string(kind_name(kind)), "a collection or symbol");
}

}  // namespace clogs::edn
