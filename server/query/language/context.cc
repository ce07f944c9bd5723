#include "server/query/language/context.h"

#include <fmt/core.h>

#include "server/query/language/limits.h"

namespace clogs::query::language {

using edn::Value;

Problem& Context::add(std::string_view code, std::string sentence, Value got,
                      std::vector<Value> did_you_mean) {
  Problem& problem = errors.size() < max_problems ? errors.emplace_back() : overflow_;
  problem = Problem{};
  problem.code = code;
  problem.sentence = std::move(sentence);
  problem.path = path;
  problem.got = std::move(got);
  problem.did_you_mean = std::move(did_you_mean);
  return problem;
}

bool Context::fail(std::string_view code, std::string sentence, Value got,
                   std::vector<Value> did_you_mean) {
  add(code, std::move(sentence), std::move(got), std::move(did_you_mean));
  return false;
}

bool Context::fail_key(std::string_view code, std::string sentence, Value got,
                       std::vector<Value> did_you_mean) {
  add(code, std::move(sentence), std::move(got), std::move(did_you_mean)).at_key = true;
  return false;
}

bool Context::wrong_type(std::string_view expected, const Value& got,
                         std::vector<Value> did_you_mean) {
  std::string found = kind_phrase(got);
  if (!got.is_nil() && !edn::is_collection(got.kind())) found += " " + shown(got);
  add("wrong-type", fmt::format("expected {}, got {}", expected, found), got,
      std::move(did_you_mean))
      .expected = expected;
  return false;
}

bool Context::wrong_arity(std::string_view what, std::string_view takes, size_t got) {
  return fail("wrong-arity", fmt::format("{} takes {}, got {}", what, takes, got),
              Value::integer(static_cast<int64_t>(got)));
}

bool Context::not_implemented(std::string_view what, Value got) {
  add("not-implemented", fmt::format("{} is not implemented yet", what), std::move(got), {})
      .not_implemented = true;
  return false;
}

bool Context::full() const { return errors.size() >= max_problems; }

Path Context::place_of(std::string_view key) const {
  for (const auto& [said, place] : places) {
    if (said == key) return place;
  }
  return {Value::keyword(key)};
}

void Context::warn(std::string_view code, std::string sentence) {
  if (warnings.size() >= max_problems) return;
  Problem& problem = warnings.emplace_back();
  problem.code = code;
  problem.sentence = std::move(sentence);
  problem.path = path;
}

}  // namespace clogs::query::language
