#include "server/query/language/aggregate.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "server/query/language/field.h"
#include "server/query/language/lexical.h"
#include "server/query/language/limits.h"
#include "server/query/language/names.h"
#include "server/query/language/predicate.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;
using What = Aggregate::Kind;

// What stands behind the name: how many arguments, and which.
enum class Shape : uint8_t {
  optional_field,  // [:count f?]
  expression,      // [:sum e]
  optional_expression,
  field,        // [:first f]
  field_and_n,  // [:top f n]
  field_and_maybe_n,
  two_fields,  // [:arg-max f by]
  percentile,
  percentiles,
  histogram,
  distinct,
  ratio,
  nothing,
};

struct Function {
  std::string_view name;
  What what;
  Shape shape;
};

constexpr Function functions[] = {
    {"count", What::count, Shape::optional_field},
    {"count-distinct", What::count_distinct, Shape::distinct},
    {"sum", What::sum, Shape::expression},
    {"avg", What::avg, Shape::expression},
    {"min", What::min, Shape::expression},
    {"max", What::max, Shape::expression},
    {"median", What::percentiles, Shape::expression},
    {"stddev", What::stddev, Shape::expression},
    {"variance", What::variance, Shape::expression},
    {"percentile", What::percentiles, Shape::percentile},
    {"percentiles", What::percentiles, Shape::percentiles},
    {"histogram", What::histogram, Shape::histogram},
    {"rate", What::rate, Shape::optional_expression},
    {"first", What::first, Shape::field},
    {"last", What::last, Shape::field},
    {"any", What::any, Shape::field},
    {"values", What::values, Shape::field_and_maybe_n},
    {"set", What::set, Shape::field_and_maybe_n},
    {"top", What::top, Shape::field_and_n},
    {"rare", What::rare, Shape::field_and_n},
    {"arg-max", What::arg_max, Shape::two_fields},
    {"arg-min", What::arg_min, Shape::two_fields},
    {"bytes", What::bytes, Shape::nothing},
    {"ratio", What::ratio, Shape::ratio},
};

// How many arguments a shape takes, without the trailing option map.
struct Takes {
  size_t least;
  size_t most;
  std::string_view words;
};

Takes takes_of(Shape shape) {
  switch (shape) {
    case Shape::nothing:
      return {0, 0, "nothing"};
    case Shape::optional_field:
      return {0, 1, "at most one field"};
    case Shape::optional_expression:
      return {0, 1, "at most one field"};
    case Shape::expression:
    case Shape::field:
    case Shape::distinct:
    case Shape::histogram:
      return {1, 1, "one field and perhaps options"};
    case Shape::field_and_n:
      return {2, 2, "a field and a number"};
    case Shape::field_and_maybe_n:
      return {1, 2, "a field and perhaps a number"};
    case Shape::two_fields:
      return {2, 2, "two fields"};
    case Shape::percentile:
      return {2, 2, "a field and a percentage"};
    case Shape::percentiles:
      return {2, 2, "a field and a vector of percentages"};
    case Shape::ratio:
      break;
  }
  return {1, 2, "one or two predicates"};
}

struct Reading {
  Context& context;
  const Value& value;
  const Function& function;
  size_t arguments;  // without trailing option maps
  Aggregate& out;
};

bool read_of(Reading& r, bool field_only) {
  At at(r.context, size_t{1});
  Operand& of = r.out.of.emplace();
  if (!field_only) return read_expression(r.context, r.value[1], of);
  of.kind = Operand::Kind::field;
  return read_field(r.context, r.value[1], of.field);
}

bool read_n(Reading& r) {
  r.out.n = default_kept_values;
  if (r.arguments < 2) return true;
  At at(r.context, size_t{2});
  return read_int(r.context, r.value[2], 1, max_kept_values, r.out.n);
}

bool read_percent(Context& context, const Value& value, std::vector<double>& out) {
  Value number;
  if (!read_number(context, value, number)) return false;
  double percent = *number.as_double();
  if (!(percent >= 0 && percent <= 100)) {
    return context.fail("bad-value", fmt::format("expected 0 to 100, got {}", shown(value)), value);
  }
  out.push_back(percent == 0 ? 0 : percent);
  return true;
}

bool read_percents(Reading& r) {
  At at(r.context, size_t{2});
  if (r.function.shape == Shape::percentile) {
    return read_percent(r.context, r.value[2], r.out.percents);
  }
  r.out.many = true;
  const Value* list = bound(r.context, r.value[2]);
  if (list == nullptr) return false;
  if (!list->is(Kind::vector) || list->size() == 0) {
    return r.context.wrong_type("a vector of percentages", *list);
  }
  for (size_t i = 0; i < list->size(); ++i) {
    At element(r.context, i);
    if (!read_percent(r.context, (*list)[i], r.out.percents)) return false;
  }
  return true;
}

bool read_ratio(Reading& r) {
  {
    At at(r.context, size_t{1});
    if (!read_predicate(r.context, r.value[1], r.out.numerator.emplace())) return false;
  }
  if (r.arguments < 2) return true;
  At at(r.context, size_t{2});
  return read_predicate(r.context, r.value[2], r.out.denominator.emplace());
}

bool is_star(const Context& context, const Value& value) {
  return value.is_keyword("*") || (context.json && value.is(Kind::string) && value.text() == "*");
}

bool read_arguments(Reading& r) {
  switch (r.function.shape) {
    case Shape::nothing:
      return true;
    case Shape::optional_field:
      return r.arguments == 0 || is_star(r.context, r.value[1]) || read_of(r, true);
    case Shape::optional_expression:
      return r.arguments == 0 || read_of(r, false);
    case Shape::expression:
      if (r.function.name == "median") r.out.percents = {50};
      return read_of(r, false);
    case Shape::histogram:
      return read_of(r, false);
    case Shape::distinct:
    case Shape::field:
      return read_of(r, true);
    case Shape::field_and_n:
    case Shape::field_and_maybe_n:
      return read_of(r, true) && read_n(r);
    case Shape::two_fields: {
      if (!read_of(r, true)) return false;
      At at(r.context, size_t{2});
      return read_field(r.context, r.value[2], r.out.by.emplace());
    }
    case Shape::percentile:
    case Shape::percentiles:
      return read_of(r, false) && read_percents(r);
    case Shape::ratio:
      break;
  }
  return read_ratio(r);
}

bool read_optional_number(Context& context, const Value& options, const char* key,
                          std::optional<Value>& out) {
  const Value* value = entry(context, options, key);
  if (value == nullptr) return true;
  At at(context, key);
  return read_number(context, *value, out.emplace());
}

bool read_histogram_options(Reading& r, const Value& options) {
  bool fine = read_optional_number(r.context, options, "width", r.out.width) &&
              read_optional_number(r.context, options, "min", r.out.min) &&
              read_optional_number(r.context, options, "max", r.out.max);
  if (!fine) return false;
  if (r.out.width && *r.out.width->as_double() <= 0) {
    At at(r.context, "width");
    return r.context.fail("bad-value", "the width of a bar is not above 0", *r.out.width);
  }
  const Value* buckets = entry(r.context, options, "buckets");
  if (buckets == nullptr) return true;
  At at(r.context, "buckets");
  if (r.out.width) {
    return r.context.fail_key("bad-value", "a :histogram takes :buckets or :width, not both",
                              *buckets);
  }
  return read_int(r.context, *buckets, 1, max_kept_values, r.out.buckets);
}

// One trailing map: options of the function and :where.
bool read_options(Reading& r, const Value& options) {
  std::vector<std::string_view> known = {"where"};
  if (r.function.shape == Shape::distinct) known.emplace_back("exact");
  if (r.function.shape == Shape::histogram) {
    known.insert(known.end(), {"buckets", "width", "min", "max"});
  }
  std::string what = fmt::format("the options of :{}", r.function.name);
  if (!check_keys(r.context, options, what, known)) return false;
  if (const Value* exact = entry(r.context, options, "exact")) {
    At at(r.context, "exact");
    if (!read_bool(r.context, *exact, r.out.exact)) return false;
  }
  if (r.function.shape == Shape::histogram && !read_histogram_options(r, options)) return false;
  const Value* where = entry(r.context, options, "where");
  if (where == nullptr) return true;
  At at(r.context, "where");
  Pred pred;
  if (!read_predicate(r.context, *where, pred)) return false;
  r.out.where = both(r.out.where ? std::move(*r.out.where) : Pred{}, std::move(pred));
  return true;
}

// How many of the last elements are option maps. A predicate of :ratio may be a map too: there only
// {:where ..} behind a predicate counts.
size_t trailing_maps(const Context& context, const Value& value, Shape shape) {
  size_t count = 0;
  size_t least = shape == Shape::ratio ? 2 : 1;
  while (count < 2 && value.size() > least + count) {
    const Value& last = value[value.size() - 1 - count];
    if (!last.is(Kind::map)) break;
    bool only_where = last.size() == 1 && keyword_name(context, last[0]) == "where";
    if (shape == Shape::ratio && (!only_where || count == 1)) break;
    ++count;
  }
  return count;
}

std::string percent_text(double percent) { return fmt::format("{}", percent); }

void name_columns(Aggregate& out) {
  out.columns.clear();
  if (!out.many) {
    out.columns.push_back(out.name);
    return;
  }
  // A keyword has one slash at most.
  char separator = out.name.find('/') == std::string::npos ? '/' : '.';
  for (double percent : out.percents) {
    out.columns.push_back(fmt::format("{}{}p{}", out.name, separator, percent_text(percent)));
  }
}

bool read_function(Context& context, const Value& value, const Function& function, Aggregate& out) {
  out.kind = function.what;
  size_t maps = trailing_maps(context, value, function.shape);
  Reading r{context, value, function, value.size() - 1 - maps, out};
  Takes takes = takes_of(function.shape);
  if (r.arguments < takes.least || r.arguments > takes.most) {
    return context.wrong_arity(fmt::format(":{}", function.name), takes.words, r.arguments);
  }
  bool fine = read_arguments(r);
  for (size_t i = value.size() - maps; i < value.size(); ++i) {
    At at(context, i);
    fine = read_options(r, value[i]) && fine;
  }
  if (function.shape == Shape::histogram && out.buckets == 0 && !out.width) {
    out.buckets = default_histogram_buckets;
  }
  if (out.where && out.where->kind == Pred::Kind::always) out.where.reset();
  return fine;
}

bool read_aggregate(Context& context, const Value& value, Aggregate& out) {
  if (is_star(context, value)) return true;
  std::optional<std::string_view> head = head_of(context, value);
  if (!head) {
    std::vector<Value> near;
    if (value.is(Kind::keyword)) near.push_back(Value::vector({value}));
    return context.wrong_type("an aggregate such as [:count]", value, std::move(near));
  }
  for (const Function& function : functions) {
    if (function.name == *head) return read_function(context, value, function, out);
  }
  At at(context, size_t{0});
  if (*head == "sketch") return context.not_implemented("[:sketch ..]", value[0]);
  std::vector<std::string_view> known;
  for (const Function& function : functions) known.push_back(function.name);
  return context.fail("unknown-operator", fmt::format("unknown aggregate {}", shown(value[0])),
                      value[0], suggest(*head, known));
}

bool read_named(Context& context, const Value& name, const Value& value, Aggregate& out) {
  if (!read_name(context, name, out.name)) return false;
  if (!read_aggregate(context, value, out)) return false;
  name_columns(out);
  return true;
}

bool read_pair(Context& context, const Value& pair, Aggregate& out) {
  if (!pair.is(Kind::vector) || pair.size() != 2) {
    return context.wrong_type("a pair [:name [:count]]", pair);
  }
  {
    At at(context, size_t{0});
    if (!read_name(context, pair[0], out.name)) return false;
  }
  At at(context, size_t{1});
  return read_named(context, pair[0], pair[1], out);
}

}  // namespace

bool read_aggregates(Context& context, const Value& value, std::vector<Aggregate>& out) {
  if (!value.is(Kind::map) && !value.is(Kind::vector)) {
    return context.wrong_type("a map or a vector of aggregates", value);
  }
  if (value.size() == 0) return context.fail("wrong-arity", "there are no aggregates", value);
  if (!check_columns(context, value)) return false;
  bool fine = true;
  if (value.is(Kind::vector)) {
    for (size_t i = 0; i < value.size(); ++i) {
      At at(context, i);
      fine = read_pair(context, value[i], out.emplace_back()) && fine;
    }
    return fine;
  }
  for (size_t i = 0; i < value.items().size(); i += 2) {
    At at(context, value[i]);
    fine = read_named(context, value[i], value[i + 1], out.emplace_back()) && fine;
  }
  std::sort(out.begin(), out.end(),
            [](const Aggregate& a, const Aggregate& b) { return a.name < b.name; });
  return fine;
}

Aggregate count_aggregate() {
  Aggregate count;
  count.name = "count";
  count.columns = {"count"};
  return count;
}

namespace {

Value expression_value(const Operand& operand) {
  bool number = operand.kind == Operand::Kind::literal && edn::is_number(operand.literal.kind());
  return number ? operand.literal : first_value(operand);
}

Value percent_value(double percent) {
  auto whole = static_cast<int64_t>(percent);
  return static_cast<double>(whole) == percent ? Value::integer(whole) : Value::floating(percent);
}

std::string_view function_name(const Aggregate& aggregate) {
  if (aggregate.kind == What::percentiles) return aggregate.many ? "percentiles" : "percentile";
  for (const Function& function : functions) {
    if (function.what == aggregate.kind) return function.name;
  }
  return "count";
}

Value options_value(const Aggregate& aggregate) {
  Value options = Value::map();
  if (aggregate.exact) options.set_key("exact", Value::boolean(true));
  if (aggregate.buckets != 0) options.set_key("buckets", Value::integer(aggregate.buckets));
  if (aggregate.width) options.set_key("width", *aggregate.width);
  if (aggregate.min) options.set_key("min", *aggregate.min);
  if (aggregate.max) options.set_key("max", *aggregate.max);
  if (aggregate.where) options.set_key("where", predicate_value(*aggregate.where));
  return options;
}

Value aggregate_value(const Aggregate& aggregate) {
  Value out = Value::vector({Value::keyword(function_name(aggregate))});
  if (aggregate.of) out.push_back(expression_value(*aggregate.of));
  if (aggregate.by) out.push_back(field_value(*aggregate.by));
  if (aggregate.kind == What::percentiles) {
    std::vector<Value> percents;
    for (double percent : aggregate.percents) percents.push_back(percent_value(percent));
    out.push_back(aggregate.many ? Value::vector(std::move(percents)) : percents[0]);
  }
  if (aggregate.n != 0) out.push_back(Value::integer(aggregate.n));
  if (aggregate.numerator) out.push_back(predicate_value(*aggregate.numerator));
  if (aggregate.denominator) out.push_back(predicate_value(*aggregate.denominator));
  Value options = options_value(aggregate);
  if (options.size() != 0) out.push_back(std::move(options));
  return out;
}

}  // namespace

Value aggregates_value(const std::vector<Aggregate>& aggregates) {
  std::vector<Value> items;
  for (const Aggregate& aggregate : aggregates) {
    items.push_back(Value::vector({name_value(aggregate.name), aggregate_value(aggregate)}));
  }
  return Value::vector(std::move(items));
}

}  // namespace clogs::query::language
