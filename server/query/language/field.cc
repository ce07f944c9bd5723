#include "server/query/language/field.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

#include "core/edn/json_reader.h"
#include "server/query/language/lexical.h"
#include "server/query/language/names.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

bool has_inner_dot(std::string_view name) {
  return name.find('.') != std::string_view::npos && name.front() != '.' && name.back() != '.' &&
         name.find("..") == std::string_view::npos;
}

bool read_segment(Context& context, const Value& value, Segment& out) {
  if (std::optional<int64_t> index = value.as_int64(); index && value.is(Kind::integer)) {
    if (*index < 0) return context.fail("bad-value", "an index is negative", value);
    out.kind = Segment::Kind::index;
    out.index = *index;
    return true;
  }
  std::optional<std::string_view> name = key_name(context, value);
  if (!name) {
    return context.wrong_type("a step of a path (a keyword, a string, an integer or :*)", value);
  }
  bool star = *name == "*" && (context.json || value.is(Kind::keyword));
  out.kind = star ? Segment::Kind::any : Segment::Kind::key;
  if (!star) out.name = *name;
  return true;
}

std::string column_name(const std::vector<Segment>& path) {
  std::string name;
  for (const Segment& segment : path) {
    if (!name.empty()) name += '.';
    switch (segment.kind) {
      case Segment::Kind::key:
        name += segment.name;
        break;
      case Segment::Kind::index:
        name += std::to_string(segment.index);
        break;
      case Segment::Kind::any:
        name += '*';
        break;
    }
  }
  return name;
}

// Steps of `value` from element `first` on.
bool read_path(Context& context, const Value& value, size_t first, Field& out) {
  if (value.size() == first) return context.fail("wrong-arity", "a path without steps", value);
  for (size_t i = first; i < value.size(); ++i) {
    At at(context, i);
    if (!read_segment(context, value[i], out.path.emplace_back())) return false;
  }
  out.name = column_name(out.path);
  return true;
}

bool refuse_call(Context& context, std::string_view function) {
  At at(context, size_t{0});
  return context.not_implemented(
      fmt::format("the function call [:{} ..] (a path is written [:path ..])", function),
      Value::keyword(function));
}

bool is_wrapped(std::optional<std::string_view> head, std::string_view name, const Value& value) {
  return head && *head == name && value.size() == 2;
}

bool read_wrapped_literal(Context& context, const Value& value, Operand& out) {
  At at(context, size_t{1});
  out.kind = Operand::Kind::literal;
  return read_literal(context, value[1], out.literal);
}

}  // namespace

Field field_named(std::string_view name) {
  Field field;
  field.dotted = has_inner_dot(name);
  field.path.push_back(Segment{Segment::Kind::key, std::string(name), 0});
  field.name = name;
  return field;
}

bool read_field(Context& context, const Value& value, Field& out) {
  if (value.is_keyword("*")) {
    return context.fail("wrong-type", "expected one field, got :*", value);
  }
  if (std::optional<std::string_view> name = key_name(context, value)) {
    out = field_named(*name);
    return true;
  }
  if (is_param(value)) {
    return context.fail("wrong-type", "a parameter may stand only for a value, not for a field",
                        value);
  }
  if (!value.is(Kind::vector)) {
    return context.wrong_type("a field (a keyword, a string or a path)", value);
  }
  out = Field{};
  std::optional<std::string_view> head = head_of(context, value);
  if (is_wrapped(head, "field", value)) {
    At at(context, size_t{1});
    return read_field(context, value[1], out);
  }
  if (head && *head == "path") return read_path(context, value, 1, out);
  if (head && *head == "lit") return context.wrong_type("a field", value);
  if (head && is_function(*head)) return refuse_call(context, *head);
  return read_path(context, value, 0, out);
}

bool read_fields(Context& context, const Value& value, std::vector<Field>& out) {
  std::optional<std::string_view> head = head_of(context, value);
  if (!value.is(Kind::vector) || (head && (*head == "path" || *head == "field"))) {
    return read_field(context, value, out.emplace_back());
  }
  if (value.size() == 0) return context.fail("wrong-arity", "a list of fields is empty", value);
  bool fine = true;
  for (size_t i = 0; i < value.size(); ++i) {
    At at(context, i);
    fine = read_field(context, value[i], out.emplace_back()) && fine;
  }
  return fine;
}

bool read_first(Context& context, const Value& value, Operand& out) {
  if (is_wrapped(head_of(context, value), "lit", value)) {
    return read_wrapped_literal(context, value, out);
  }
  if (!edn::is_collection(value.kind()) && !key_name(context, value) && !is_param(value)) {
    return context.wrong_type("a field; a literal in first place is written [:lit ..]", value);
  }
  out.kind = Operand::Kind::field;
  return read_field(context, value, out.field);
}

bool read_second(Context& context, const Value& value, Operand& out) {
  std::optional<std::string_view> head = head_of(context, value);
  if (is_wrapped(head, "lit", value)) return read_wrapped_literal(context, value, out);
  if (is_wrapped(head, "field", value)) {
    At at(context, size_t{1});
    out.kind = Operand::Kind::field;
    return read_field(context, value[1], out.field);
  }
  if (head && is_function(*head)) {
    At at(context, size_t{0});
    return context.not_implemented(
        fmt::format("the function call [:{} ..] (a literal vector is written [:lit [..]])", *head),
        Value::keyword(*head));
  }
  out.kind = Operand::Kind::literal;
  return read_literal(context, value, out.literal);
}

bool read_expression(Context& context, const Value& value, Operand& out) {
  if (edn::is_number(value.kind()) || is_param(value)) {
    out.kind = Operand::Kind::literal;
    return read_number(context, value, out.literal);
  }
  return read_first(context, value, out);
}

namespace {

Value segment_value(const Segment& segment) {
  switch (segment.kind) {
    case Segment::Kind::key:
      return name_value(segment.name);
    case Segment::Kind::index:
      return Value::integer(segment.index);
    case Segment::Kind::any:
      break;
  }
  return Value::keyword("*");
}

bool is_reserved(std::string_view name) {
  return is_function(name) || is_one_of(name, reserved_heads);
}

}  // namespace

Value field_value(const Field& field) {
  const Segment& first = field.path.front();
  bool single = field.path.size() == 1 && first.kind == Segment::Kind::key;
  if (single && (field.dotted || first.name.empty() || !has_inner_dot(first.name))) {
    return name_value(first.name);
  }
  std::vector<Value> items;
  bool is_any = first.kind == Segment::Kind::any;
  if (is_any || (first.kind == Segment::Kind::key && is_reserved(first.name))) {
    items.push_back(Value::keyword("path"));
  }
  for (const Segment& segment : field.path) items.push_back(segment_value(segment));
  return Value::vector(std::move(items));
}

Value first_value(const Operand& operand) {
  if (operand.kind == Operand::Kind::field) return field_value(operand.field);
  return Value::vector({Value::keyword("lit"), operand.literal});
}

Value second_value(const Operand& operand) {
  if (operand.kind == Operand::Kind::field) {
    return Value::vector({Value::keyword("field"), field_value(operand.field)});
  }
  const Value& literal = operand.literal;
  bool wrap = literal.is(Kind::vector) && literal.size() > 0 &&
              (literal[0].is(Kind::keyword) || literal[0].is(Kind::string)) &&
              is_reserved(literal[0].text());
  if (!wrap) return literal;
  return Value::vector({Value::keyword("lit"), literal});
}

}  // namespace clogs::query::language
