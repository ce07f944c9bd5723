// Operators over a first operand that do not look into text: comparisons, :in, :between, :exists,
// :type, :cidr, :len.
#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "core/edn/printer.h"
#include "server/query/language/cidr.h"
#include "server/query/language/field.h"
#include "server/query/language/lexical.h"
#include "server/query/language/names.h"
#include "server/query/language/predicate.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr std::string_view bounds_keys[] = {"bounds"};
// Of a query map: what makes a map after :in a sub-query rather than a wrong collection.
constexpr std::string_view query_keys[] = {"where", "select",       "time",
                                           "from",  "aggregations", "find"};

std::optional<Compare> compare_of(std::string_view op) {
  if (op == "=") return Compare::equal;
  if (op == "!=" || op == "not=") return Compare::not_equal;
  if (op == "<") return Compare::less;
  if (op == "<=") return Compare::less_equal;
  if (op == ">") return Compare::greater;
  if (op == ">=") return Compare::greater_equal;
  return std::nullopt;
}

bool arity(Context& context, const Clause& clause, size_t least, size_t most,
           std::string_view takes) {
  if (clause.args.size() >= least && clause.args.size() <= most) return true;
  return context.wrong_arity(fmt::format(":{}", clause.op), takes, clause.args.size());
}

bool first(Context& context, const Clause& clause, Pred& out) {
  At at(context, clause.args[0].step);
  return read_first(context, *clause.args[0].value, out.left);
}

bool second(Context& context, const Arg& arg, Operand& out) {
  At at(context, arg.step);
  return read_second(context, *arg.value, out);
}

bool only_field(Context& context, const Clause& clause, Pred& out) {
  At at(context, clause.args[0].step);
  out.left.kind = Operand::Kind::field;
  return read_field(context, *clause.args[0].value, out.left.field);
}

bool read_compare(Context& context, const Clause& clause, Compare compare, Pred& out) {
  if (!arity(context, clause, 2, 2, "a field and a value")) return false;
  out.kind = Pred::Kind::compare;
  out.compare = compare;
  bool fine = first(context, clause, out);
  fine = second(context, clause.args[1], out.right) && fine;
  if (!fine) return false;
  bool with_nil = out.left.kind == Operand::Kind::field &&
                  out.right.kind == Operand::Kind::literal && out.right.literal.is_nil();
  if (with_nil && (compare == Compare::equal || compare == Compare::not_equal)) {
    Pred simple;
    simple.kind = compare == Compare::equal ? Pred::Kind::missing : Pred::Kind::exists;
    simple.left = std::move(out.left);
    out = std::move(simple);
  }
  return true;
}

bool looks_like_query(const Context& context, const Value& map) {
  for (std::string_view key : query_keys) {
    if (entry(context, map, key) != nullptr) return true;
  }
  return false;
}

bool read_collection(Context& context, const Clause& clause, const Value& value, Pred& out) {
  if (value.is(Kind::map) && looks_like_query(context, value)) {
    return context.not_implemented(fmt::format("a sub-query in :{}", clause.op));
  }
  if (!value.is(Kind::set) && !value.is(Kind::vector) && !value.is(Kind::list)) {
    std::vector<Value> near;
    if (!edn::is_collection(value.kind())) near.push_back(Value::set({value}));
    return context.wrong_type("a set of values", value, std::move(near));
  }
  Value read;
  if (!read_literal(context, value, read)) return false;
  std::vector<std::pair<std::string, size_t>> order;
  for (size_t i = 0; i < read.size(); ++i) order.emplace_back(print_canonical(read[i]), i);
  std::sort(order.begin(), order.end());
  for (size_t i = 0; i < order.size(); ++i) {
    if (i > 0 && order[i].first == order[i - 1].first) continue;
    out.values.push_back(std::move(read.items()[order[i].second]));
  }
  return true;
}

bool read_in(Context& context, const Clause& clause, Pred& out) {
  if (!arity(context, clause, 2, 2, "a field and a set")) return false;
  out.kind = clause.op == "in" ? Pred::Kind::in : Pred::Kind::not_in;
  bool fine = first(context, clause, out);
  At at(context, clause.args[1].step);
  const Value* collection = bound(context, *clause.args[1].value);
  return collection != nullptr && read_collection(context, clause, *collection, out) && fine;
}

bool read_bounds(Context& context, const Arg& arg, Pred& out) {
  At at(context, arg.step);
  if (!check_keys(context, *arg.value, "the options of :between", bounds_keys)) return false;
  const Value* bounds = entry(context, *arg.value, "bounds");
  if (bounds == nullptr) return true;
  At key(context, "bounds");
  std::string text;
  if (!read_string(context, *bounds, text)) return false;
  if (text != "[]" && text != "[)" && text != "(]" && text != "()") {
    return context.fail("bad-value", R"x(:bounds is one of "[]" "[)" "(]" "()")x", *bounds);
  }
  out.low_open = text[0] == '(';
  out.high_open = text[1] == ')';
  return true;
}

bool read_between(Context& context, const Clause& clause, Pred& out) {
  if (!arity(context, clause, 3, 4, "a field, two values and perhaps {:bounds ..}")) return false;
  out.kind = Pred::Kind::between;
  bool fine = first(context, clause, out);
  fine = second(context, clause.args[1], out.right) && fine;
  fine = second(context, clause.args[2], out.high) && fine;
  return (clause.args.size() == 3 || read_bounds(context, clause.args[3], out)) && fine;
}

constexpr Kind kinds[] = {
    Kind::nil,    Kind::boolean,   Kind::integer, Kind::big_integer, Kind::floating, Kind::decimal,
    Kind::ratio,  Kind::character, Kind::string,  Kind::keyword,     Kind::symbol,   Kind::list,
    Kind::vector, Kind::map,       Kind::set,     Kind::inst,        Kind::uuid,     Kind::tagged};

bool read_type(Context& context, const Clause& clause, Pred& out) {
  if (!arity(context, clause, 2, 2, "a field and a type")) return false;
  out.kind = Pred::Kind::type;
  if (!only_field(context, clause, out)) return false;
  std::vector<std::string_view> names;
  for (Kind kind : kinds) names.push_back(edn::kind_name(kind));
  names.emplace_back("number");
  names.emplace_back("collection");
  At at(context, clause.args[1].step);
  std::string_view name;
  if (!read_choice(context, *clause.args[1].value, "type", names, name)) return false;
  out.type_name = name;
  for (Kind kind : kinds) {
    bool fits = name == "number"       ? edn::is_number(kind)
                : name == "collection" ? edn::is_collection(kind)
                                       : edn::kind_name(kind) == name;
    if (fits) out.types.push_back(kind);
  }
  return true;
}

bool read_cidr(Context& context, const Clause& clause, Pred& out) {
  constexpr size_t any = std::numeric_limits<size_t>::max();
  if (!arity(context, clause, 2, any, "a field and networks")) return false;
  out.kind = Pred::Kind::cidr;
  bool fine = first(context, clause, out);
  for (size_t i = 1; i < clause.args.size(); ++i) {
    At at(context, clause.args[i].step);
    std::string text;
    if (!read_string(context, *clause.args[i].value, text)) return false;
    std::optional<Network> network = parse_network(text);
    if (!network) {
      return context.fail("bad-value",
                          fmt::format("expected a network such as \"10.0.0.0/8\", got {}",
                                      shown(Value::string(text))),
                          Value::string(text));
    }
    out.strings.push_back(format_network(*network));
  }
  return fine;
}

bool read_len(Context& context, const Clause& clause, Pred& out) {
  if (!arity(context, clause, 3, 3, "a field, a comparison and an integer")) return false;
  out.kind = Pred::Kind::len;
  bool fine = first(context, clause, out);
  {
    At at(context, clause.args[1].step);
    constexpr std::string_view names[] = {"=", "!=", "not=", "<", "<=", ">", ">="};
    std::string_view name;
    if (!read_choice(context, *clause.args[1].value, "comparison", names, name)) return false;
    out.compare = *compare_of(name);
  }
  At at(context, clause.args[2].step);
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  return read_int(context, *clause.args[2].value, 0, most, out.n) && fine;
}

}  // namespace

bool read_field_clause(Context& context, const Clause& clause, Pred& out) {
  if (std::optional<Compare> compare = compare_of(clause.op)) {
    return read_compare(context, clause, *compare, out);
  }
  if (clause.op == "in" || clause.op == "not-in") return read_in(context, clause, out);
  if (clause.op == "between") return read_between(context, clause, out);
  if (clause.op == "type") return read_type(context, clause, out);
  if (clause.op == "cidr") return read_cidr(context, clause, out);
  if (clause.op == "len") return read_len(context, clause, out);
  constexpr std::pair<std::string_view, Pred::Kind> unary[] = {{"exists", Pred::Kind::exists},
                                                               {"missing", Pred::Kind::missing},
                                                               {"empty", Pred::Kind::empty}};
  for (const auto& [name, kind] : unary) {
    if (name != clause.op) continue;
    out.kind = kind;
    return arity(context, clause, 1, 1, "one field") && only_field(context, clause, out);
  }
  if (std::optional<bool> read = read_text_clause(context, clause, out)) return *read;
  At at(context, clause.op_step);
  return unknown_operator(context, clause.op_form, clause.op);
}

}  // namespace clogs::query::language
