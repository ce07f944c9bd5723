// Maps in predicate place: the shorthand {field value, ..} and the first dialect's {:field f
// :operator op :value v}, {:and [..]}, {:or [..]}, {:not p}.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "core/edn/printer.h"
#include "server/query/language/field.h"
#include "server/query/language/lexical.h"
#include "server/query/language/names.h"
#include "server/query/language/predicate.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr std::string_view dialect_keys[] = {"field", "operator", "value"};

struct Renamed {
  std::string_view said;
  std::string_view meant;
};
constexpr Renamed dialect_operators[] = {{"eq", "="},   {"ne", "!="}, {"gt", ">"},
                                         {"gte", ">="}, {"lt", "<"},  {"lte", "<="}};
// Operators that the first dialect can say: those with one field and one value.
constexpr std::string_view value_operators[] = {
    "=",         "!=",     "not=",     "<",        "<=",          ">",
    ">=",        "in",     "not-in",   "contains", "starts-with", "prefix",
    "ends-with", "suffix", "wildcard", "matches",  "text",        "phrase"};

std::vector<std::string_view> all_dialect_operators() {
  std::vector<std::string_view> all(std::begin(value_operators), std::end(value_operators));
  for (const Renamed& it : dialect_operators) all.push_back(it.said);
  return all;
}

bool read_dialect_clause(Context& context, const Value& map, Pred& out) {
  if (!check_keys(context, map, "a {:field :operator :value} clause", dialect_keys)) return false;
  const Value* field = entry(context, map, "field");
  const Value* op = entry(context, map, "operator");
  const Value* value = entry(context, map, "value");
  if (value == nullptr) {
    return context.fail("missing-key", "a {:field :operator :value} clause without :value", {},
                        {Value::keyword("value")});
  }
  std::optional<std::string_view> name = keyword_name(context, *op);
  std::string_view canonical = name.value_or("");
  for (const Renamed& it : dialect_operators) {
    if (it.said == canonical) canonical = it.meant;
  }
  if (!is_one_of(canonical, value_operators)) {
    At at(context, "operator");
    std::vector<std::string_view> known = all_dialect_operators();
    return context.fail("unknown-operator", fmt::format("unknown operator {}", shown(*op)), *op,
                        suggest(name.value_or(op->text()), known));
  }
  Clause clause{canonical, *op, Value::keyword("operator"), {}};
  clause.args.push_back({field, Value::keyword("field")});
  clause.args.push_back({value, Value::keyword("value")});
  return read_field_clause(context, clause, out);
}

bool read_dialect_logic(Context& context, std::string_view op, const Value& value, Pred& out) {
  At at(context, Value::keyword(op));
  if (op == "not") {
    out.kind = Pred::Kind::negate;
    return read_predicate(context, value, out.args.emplace_back());
  }
  if (!value.is(Kind::vector)) return context.wrong_type("a vector of predicates", value);
  std::vector<Pred> parts;
  bool fine = true;
  for (size_t i = 0; i < value.size(); ++i) {
    At element(context, i);
    fine = read_predicate(context, value[i], parts.emplace_back()) && fine;
  }
  if (!fine) return false;
  out = combine(op == "and" ? Pred::Kind::all_of : Pred::Kind::any_of, std::move(parts));
  return true;
}

// [op field ..rest], written {field [op ..rest]}.
bool read_entry_clause(Context& context, std::string_view op, const Value& key, const Value& value,
                       Pred& out) {
  Clause clause{op, value[0], Value::integer(0), {}};
  clause.args.push_back({&key, Value()});
  for (size_t i = 1; i < value.size(); ++i) {
    clause.args.push_back({&value[i], Value::integer(static_cast<int64_t>(i))});
  }
  return read_field_clause(context, clause, out);
}

bool read_entry_vector(Context& context, const Value& key, const Value& value, Pred& out) {
  std::optional<std::string_view> head = head_of(context, value);
  if (head && is_one_of(*head, field_operators)) {
    return read_entry_clause(context, *head, key, value, out);
  }
  if (context.json) {
    Clause clause{"in", Value::keyword("in"), Value(), {{&key, Value()}, {&value, Value()}}};
    return read_field_clause(context, clause, out);
  }
  if (head) {
    At at(context, size_t{0});
    return unknown_operator(context, value[0], *head);
  }
  Clause clause{"=", Value::keyword("="), Value(), {{&key, Value()}, {&value, Value()}}};
  return read_field_clause(context, clause, out);
}

bool read_entry(Context& context, const Value& key, const Value& value, Pred& out) {
  // The value of a parameter is data: a vector is not taken for an operator.
  bool is_data = is_param(value);
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  if (it->is(Kind::vector) && !is_data) return read_entry_vector(context, key, *it, out);
  if (it->is(Kind::map) || it->is(Kind::list)) {
    return context.wrong_type(
        "a value, a set or a vector with an operator; nested fields are written :a.b", *it);
  }
  // Wrapped so that a vector from a parameter is not read as a call.
  Value wrapped = Value::vector({Value::keyword("lit"), *it});
  bool is_set = it->is(Kind::set);
  Clause clause{is_set ? "in" : "=", Value(), Value(), {{&key, Value()}}};
  clause.args.push_back({is_set ? it : &wrapped, Value()});
  return read_field_clause(context, clause, out);
}

bool read_entries(Context& context, const Value& map, Pred& out) {
  std::vector<std::pair<std::string, Pred>> parts;
  bool fine = true;
  for (size_t i = 0; i < map.items().size(); i += 2) {
    At at(context, map[i]);
    Pred part;
    if (!read_entry(context, map[i], map[i + 1], part)) {
      fine = false;
      continue;
    }
    std::string printed = edn::print_canonical(predicate_value(part));
    parts.emplace_back(std::move(printed), std::move(part));
  }
  if (!fine) return false;
  std::sort(parts.begin(), parts.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Pred> preds;
  for (auto& part : parts) preds.push_back(std::move(part.second));
  out = combine(Pred::Kind::all_of, std::move(preds));
  return true;
}

}  // namespace

bool read_predicate_map(Context& context, const Value& map, Pred& out) {
  bool has_field = entry(context, map, "field") != nullptr;
  bool has_operator = entry(context, map, "operator") != nullptr;
  if (has_field && has_operator) return read_dialect_clause(context, map, out);
  if (map.size() == 1) {
    std::optional<std::string_view> only = keyword_name(context, map[0]);
    if (only == "and" || only == "or" || only == "not") {
      return read_dialect_logic(context, *only, map[1], out);
    }
  }
  if (has_field && entry(context, map, "value") != nullptr) {
    context.warn("ambiguous-map",
                 "a map with :field and :value but no :operator is read as two fields of these "
                 "names");
  }
  return read_entries(context, map, out);
}

}  // namespace clogs::query::language
