#include "server/query/language/result_shape.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "server/query/language/field.h"
#include "server/query/language/lexical.h"
#include "server/query/language/names.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

bool read_list(Context& context, const Value& value, size_t first, std::vector<Selection>& out);

bool read_as(Context& context, const Value& value, Selection& out) {
  if (value.size() != 3) {
    return context.wrong_arity(":as", "a name and a field", value.size() - 1);
  }
  {
    At at(context, size_t{1});
    if (!read_name(context, value[1], out.name)) return false;
  }
  At at(context, size_t{2});
  return read_field(context, value[2], out.field);
}

bool read_except(Context& context, const Value& value, Selection& out) {
  out.kind = Selection::Kind::except;
  if (value.size() == 1) return context.wrong_arity(":except", "at least one field", 0);
  bool fine = true;
  for (size_t i = 1; i < value.size(); ++i) {
    At at(context, i);
    fine = read_field(context, value[i], out.fields.emplace_back()) && fine;
  }
  return fine;
}

bool read_nested(Context& context, const Value& map, std::vector<Selection>& out) {
  if (map.size() == 0) return context.fail("wrong-arity", "an empty map selects nothing", map);
  std::vector<Selection> found;
  for (size_t i = 0; i < map.items().size(); i += 2) {
    At at(context, map[i]);
    Selection& nested = found.emplace_back();
    nested.kind = Selection::Kind::nested;
    if (!read_field(context, map[i], nested.field)) return false;
    nested.name = nested.field.name;
    if (!read_list(context, map[i + 1], 0, nested.children)) return false;
  }
  std::sort(found.begin(), found.end(),
            [](const Selection& a, const Selection& b) { return a.name < b.name; });
  out.insert(out.end(), std::make_move_iterator(found.begin()),
             std::make_move_iterator(found.end()));
  return true;
}

bool read_selection(Context& context, const Value& value, std::vector<Selection>& out) {
  if (value.is(Kind::map)) return read_nested(context, value, out);
  Selection& selection = out.emplace_back();
  std::optional<std::string_view> head = head_of(context, value);
  if (head == "as") return read_as(context, value, selection);
  if (head == "except") return read_except(context, value, selection);
  if (value.is_keyword("*") || (context.json && value.is(Kind::string) && value.text() == "*")) {
    selection.kind = Selection::Kind::all;
    return true;
  }
  if (!read_field(context, value, selection.field)) return false;
  selection.name = selection.field.name;
  return true;
}

bool read_list(Context& context, const Value& value, size_t first, std::vector<Selection>& out) {
  if (!value.is(Kind::vector)) {
    return context.wrong_type("a vector of what to select", value, {Value::vector({value})});
  }
  if (value.size() == first) return context.fail("wrong-arity", "nothing is selected", value);
  if (!check_columns(context, value)) return false;
  bool fine = true;
  for (size_t i = first; i < value.size(); ++i) {
    At at(context, i);
    fine = read_selection(context, value[i], out) && fine;
  }
  return fine;
}

constexpr std::string_view directions[] = {"asc", "desc"};
constexpr std::string_view order_keys[] = {"nulls"};

bool is_direction(const Context& context, const Value& value) {
  std::optional<std::string_view> name = keyword_name(context, value);
  return name == "asc" || name == "desc";
}

bool read_nulls(Context& context, const Value& options, Order& out) {
  At at(context, size_t{2});
  if (!check_keys(context, options, "an order", order_keys)) return false;
  const Value* nulls = entry(context, options, "nulls");
  if (nulls == nullptr) return true;
  At key(context, "nulls");
  constexpr std::string_view places[] = {"first", "last"};
  std::string_view place;
  if (!read_choice(context, *nulls, "place", places, place)) return false;
  out.nulls_first = place == "first";
  return true;
}

// Whether a vector is [by direction ..] rather than a path.
bool has_direction(const Context& context, const Value& value) {
  if (!value.is(Kind::vector) || value.size() < 2) return false;
  if (value.size() == 3 && value[2].is(Kind::map)) return true;
  return value.size() == 2 && is_direction(context, value[1]);
}

// [:a :descending], which would else be a path.
bool is_misspelt_direction(const Context& context, const Value& value) {
  constexpr std::string_view words[] = {"ascending", "descending", "ASC", "DESC"};
  if (!value.is(Kind::vector) || value.size() != 2) return false;
  std::optional<std::string_view> name = keyword_name(context, value[1]);
  return name && is_one_of(*name, words);
}

bool read_order(Context& context, const Value& value, Order& out) {
  out.by.kind = Operand::Kind::field;
  if (is_misspelt_direction(context, value)) {
    At at(context, size_t{1});
    bool descending = keyword_name(context, value[1])->starts_with('d') ||
                      keyword_name(context, value[1])->starts_with('D');
    return context.fail("bad-value", fmt::format("unknown direction {}", shown(value[1])), value[1],
                        {Value::keyword(directions[descending ? 1 : 0])});
  }
  if (!has_direction(context, value)) return read_field(context, value, out.by.field);
  {
    At at(context, size_t{0});
    if (!read_field(context, value[0], out.by.field)) return false;
  }
  {
    At at(context, size_t{1});
    std::string_view direction;
    if (!read_choice(context, value[1], "direction", directions, direction)) return false;
    out.descending = direction == "desc";
  }
  return value.size() == 2 || read_nulls(context, value[2], out);
}

bool is_plain(const Order& order, std::string_view name, bool descending) {
  return order.by.field == field_named(name) && order.descending == descending &&
         !order.nulls_first;
}

}  // namespace

bool read_selections(Context& context, const Value& value, std::vector<Selection>& out,
                     size_t first) {
  return read_list(context, value, first, out);
}

bool read_distinct(Context& context, const Value& value, Distinct& out) {
  if (value.is(Kind::boolean)) {
    out.on = value.truth();
    return true;
  }
  if (!value.is(Kind::vector)) return context.wrong_type("true or a vector of fields", value);
  out.on = true;
  return read_fields(context, value, out.fields);
}

bool read_orders(Context& context, const Value& value, std::vector<Order>& out, size_t first) {
  if (!value.is(Kind::vector)) {
    return context.wrong_type("a vector of orders", value, {Value::vector({value})});
  }
  if (!check_columns(context, value)) return false;
  bool fine = true;
  for (size_t i = first; i < value.size(); ++i) {
    At at(context, i);
    if (i > first && is_direction(context, value[i])) {
      return context.fail(
          "wrong-type", fmt::format("{} is a direction, and goes with its field", shown(value[i])),
          value[i], {Value::vector({Value::vector({value[i - 1], value[i]})})});
    }
    fine = read_order(context, value[i], out.emplace_back()) && fine;
  }
  return fine;
}

Value selections_value(const std::vector<Selection>& selections) {
  std::vector<Value> items;
  for (const Selection& selection : selections) {
    switch (selection.kind) {
      case Selection::Kind::all:
        items.push_back(Value::keyword("*"));
        break;
      case Selection::Kind::field: {
        Value field = field_value(selection.field);
        bool named = selection.name != selection.field.name;
        items.push_back(named ? Value::vector({Value::keyword("as"), name_value(selection.name),
                                               std::move(field)})
                              : std::move(field));
        break;
      }
      case Selection::Kind::except: {
        Value except = Value::vector({Value::keyword("except")});
        for (const Field& field : selection.fields) except.push_back(field_value(field));
        items.push_back(std::move(except));
        break;
      }
      case Selection::Kind::nested:
        items.push_back(
            Value::map({field_value(selection.field), selections_value(selection.children)}));
    }
  }
  return Value::vector(std::move(items));
}

Value distinct_value(const Distinct& distinct) {
  if (distinct.fields.empty()) return Value::boolean(distinct.on);
  std::vector<Value> items;
  for (const Field& field : distinct.fields) items.push_back(field_value(field));
  if (items[0].is_keyword("path") || items[0].is_keyword("field")) {
    items[0] = Value::vector({Value::keyword("path"), items[0]});
  }
  return Value::vector(std::move(items));
}

Value orders_value(const std::vector<Order>& orders) {
  std::vector<Value> items;
  for (const Order& order : orders) {
    Value item = Value::vector(
        {field_value(order.by.field), Value::keyword(directions[order.descending ? 1 : 0])});
    if (order.nulls_first) {
      item.push_back(Value::map_of({{"nulls", Value::keyword("first")}}));
    }
    items.push_back(std::move(item));
  }
  return Value::vector(std::move(items));
}

void drop_default_order(Query& query) {
  bool is_default = false;
  if (query.grouped()) {
    is_default = query.order.size() == query.groups.size() && !query.order.empty();
    for (size_t i = 0; is_default && i < query.order.size(); ++i) {
      is_default = is_plain(query.order[i], query.groups[i].name, false);
    }
  } else if (!query.order.empty() && query.order.size() <= 2) {
    is_default = is_plain(query.order[0], "timestamp", true) &&
                 (query.order.size() == 1 || is_plain(query.order[1], "clogs/id", true));
  }
  if (is_default) query.order.clear();
}

}  // namespace clogs::query::language
