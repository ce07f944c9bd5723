#include "server/query/language/predicate.h"

#include <limits>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "server/query/language/lexical.h"
#include "server/query/language/names.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

std::vector<std::string_view> all_operators() {
  std::vector<std::string_view> all;
  all.insert(all.end(), std::begin(field_operators), std::end(field_operators));
  all.insert(all.end(), std::begin(logic_operators), std::end(logic_operators));
  all.insert(all.end(), std::begin(clock_operators), std::end(clock_operators));
  return all;
}

// Predicates from element `first` on.
bool read_parts(Context& context, const Value& vector, size_t first, std::vector<Pred>& out) {
  bool fine = true;
  for (size_t i = first; i < vector.size(); ++i) {
    At at(context, i);
    fine = read_predicate(context, vector[i], out.emplace_back()) && fine;
  }
  return fine;
}

bool read_logic(Context& context, std::string_view op, const Value& value, Pred& out) {
  if (op == "and" || op == "or") {
    std::vector<Pred> parts;
    if (!read_parts(context, value, 1, parts)) return false;
    out = combine(op == "and" ? Pred::Kind::all_of : Pred::Kind::any_of, std::move(parts));
    return true;
  }
  if (op == "not") {
    if (value.size() != 2) return context.wrong_arity(":not", "one predicate", value.size() - 1);
    out.kind = Pred::Kind::negate;
    return read_parts(context, value, 1, out.args);
  }
  if (value.size() < 2) return context.wrong_arity(":at-least", "a number and predicates", 0);
  out.kind = Pred::Kind::at_least;
  {
    At at(context, size_t{1});
    constexpr int64_t most = std::numeric_limits<int64_t>::max();
    if (!read_int(context, value[1], 0, most, out.n)) return false;
  }
  return read_parts(context, value, 2, out.args);
}

bool read_vector(Context& context, const Value& value, Pred& out) {
  if (value.size() == 0) {
    return context.fail("wrong-arity", "an empty vector is no predicate", value,
                        {Value::keyword("true")});
  }
  std::optional<std::string_view> head = head_of(context, value);
  if (!head) {
    At at(context, size_t{0});
    if (value[0].is(Kind::vector) || value[0].is(Kind::map)) {
      return context.fail("unknown-operator",
                          "a predicate starts with an operator; several are joined by [:and ..]",
                          {}, {Value::keyword("and")});
    }
    if (value[0].is(Kind::string) || value[0].is(Kind::symbol)) {
      return unknown_operator(context, value[0], value[0].text());
    }
    return context.wrong_type("an operator", value[0]);
  }
  if (is_one_of(*head, logic_operators)) return read_logic(context, *head, value, out);
  Clause clause{*head, value[0], Value::integer(0), {}};
  for (size_t i = 1; i < value.size(); ++i) {
    clause.args.push_back({&value[i], Value::integer(static_cast<int64_t>(i))});
  }
  if (is_one_of(*head, clock_operators)) return read_clock_clause(context, clause, out);
  return read_field_clause(context, clause, out);
}

}  // namespace

bool unknown_operator(Context& context, const Value& got, std::string_view name) {
  std::vector<std::string_view> known = all_operators();
  return context.fail("unknown-operator", fmt::format("unknown operator {}", shown(got)), got,
                      suggest(name, known));
}

Pred combine(Pred::Kind kind, std::vector<Pred> parts) {
  Pred out;
  out.kind = kind;
  for (Pred& part : parts) {
    if (part.kind != kind) {
      out.args.push_back(std::move(part));
      continue;
    }
    for (Pred& inner : part.args) out.args.push_back(std::move(inner));
  }
  if (out.args.size() == 1) {
    Pred only = std::move(out.args[0]);
    return only;
  }
  if (out.args.empty()) {
    out.kind = kind == Pred::Kind::all_of ? Pred::Kind::always : Pred::Kind::never;
  }
  return out;
}

Pred both(Pred a, Pred b) {
  if (a.kind == Pred::Kind::always) return b;
  if (b.kind == Pred::Kind::always) return a;
  std::vector<Pred> parts;
  parts.push_back(std::move(a));
  parts.push_back(std::move(b));
  return combine(Pred::Kind::all_of, std::move(parts));
}

bool read_predicate(Context& context, const Value& value, Pred& out) {
  out = Pred{};
  if (context.full()) return false;
  if (value.is(Kind::map)) return read_predicate_map(context, value, out);
  if (value.is(Kind::vector)) return read_vector(context, value, out);
  if (is_param(value)) {
    return context.fail("wrong-type", "a parameter may stand only for a value, not for a predicate",
                        value);
  }
  std::optional<std::string_view> name = keyword_name(context, value);
  if (name == "true" || name == "false") {
    out.kind = name == "true" ? Pred::Kind::always : Pred::Kind::never;
    return true;
  }
  std::vector<Value> near;
  if (value.is(Kind::boolean)) near.push_back(Value::keyword(value.truth() ? "true" : "false"));
  return context.wrong_type("a predicate (a vector or a map)", value, std::move(near));
}

}  // namespace clogs::query::language
