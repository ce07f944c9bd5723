#include "server/query/language/problem.h"

#include <utility>

#include "core/edn/printer.h"

namespace clogs::query::language {
namespace {

using edn::Value;

constexpr size_t max_shown_bytes = 60;
// Values larger than this are left out of the details: the path says where they are.
constexpr size_t max_got_bytes = 1000;

// "a, b or c"
std::string alternatives(const std::vector<Value>& values) {
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += i + 1 == values.size() ? " or " : ", ";
    edn::print(values[i], out);
  }
  return out;
}

}  // namespace

std::string shown(const Value& value) {
  std::string text = edn::print(value);
  if (text.size() <= max_shown_bytes) return text;
  size_t end = max_shown_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::string kind_phrase(const Value& value) {
  if (value.is_nil()) return "nil";
  std::string name(edn::kind_name(value.kind()));
  bool vowel = !name.empty() && std::string_view("aeiou").find(name[0]) != std::string_view::npos;
  return (vowel && !name.starts_with("uu") ? "an " : "a ") + name;
}

std::string sentence_of(const Problem& problem) {
  std::string out = problem.sentence;
  if (!problem.path.empty()) {
    out += " at ";
    edn::print(Value::vector(problem.path), out);
  }
  if (!problem.did_you_mean.empty()) {
    out += "; did you mean " + alternatives(problem.did_you_mean) + "?";
  }
  return out;
}

std::string details_of(const Problem& problem) {
  Value map = Value::map();
  map.set_key("code", Value::keyword("clogs/" + problem.code));
  map.set_key("path", Value::vector(problem.path));
  if (!problem.got.is_nil() && edn::print(problem.got).size() <= max_got_bytes) {
    map.set_key("got", problem.got);
  }
  if (!problem.expected.empty()) map.set_key("expected", Value::string(problem.expected));
  if (!problem.did_you_mean.empty()) {
    map.set_key("did-you-mean", Value::vector(problem.did_you_mean));
  }
  map.set_key("line", Value::integer(static_cast<int64_t>(problem.position.line)));
  map.set_key("column", Value::integer(static_cast<int64_t>(problem.position.column)));
  return edn::print(map);
}

Status status_of(const Problem& problem) {
  Code code = problem.not_implemented ? Code::unimplemented : Code::invalid_argument;
  return Status(code, "Invalid query: " + sentence_of(problem), details_of(problem));
}

Diagnostic diagnostic_of(const Problem& problem, bool is_error) {
  return {is_error, sentence_of(problem), details_of(problem)};
}

}  // namespace clogs::query::language
