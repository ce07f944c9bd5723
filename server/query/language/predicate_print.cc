// Predicates in canonical form: always the vector form.
#include <iterator>
#include <utility>

#include "server/query/language/field.h"
#include "server/query/language/predicate.h"

namespace clogs::query::language {
namespace {

using edn::Value;

constexpr int64_t second_nanos = 1'000'000'000;

Value kw(std::string_view name) { return Value::keyword(name); }

std::string_view compare_name(Compare compare) {
  switch (compare) {
    case Compare::equal:
      return "=";
    case Compare::not_equal:
      return "!=";
    case Compare::less:
      return "<";
    case Compare::less_equal:
      return "<=";
    case Compare::greater:
      return ">";
    case Compare::greater_equal:
      break;
  }
  return ">=";
}

std::string_view kind_word(Pred::Kind kind) {
  switch (kind) {
    case Pred::Kind::all_of:
      return "and";
    case Pred::Kind::any_of:
      return "or";
    case Pred::Kind::negate:
      return "not";
    case Pred::Kind::at_least:
      return "at-least";
    case Pred::Kind::in:
      return "in";
    case Pred::Kind::not_in:
      return "not-in";
    case Pred::Kind::between:
      return "between";
    case Pred::Kind::exists:
      return "exists";
    case Pred::Kind::missing:
      return "missing";
    case Pred::Kind::empty:
      return "empty";
    case Pred::Kind::type:
      return "type";
    case Pred::Kind::contains:
      return "contains";
    case Pred::Kind::starts_with:
      return "starts-with";
    case Pred::Kind::ends_with:
      return "ends-with";
    case Pred::Kind::wildcard:
      return "wildcard";
    case Pred::Kind::matches:
      return "matches";
    case Pred::Kind::text:
      return "text";
    case Pred::Kind::phrase:
      return "phrase";
    case Pred::Kind::seq:
      return "seq";
    case Pred::Kind::cidr:
      return "cidr";
    case Pred::Kind::len:
      return "len";
    case Pred::Kind::time_of_day:
      return "time-of-day";
    case Pred::Kind::day_of_week:
      return "day-of-week";
    case Pred::Kind::always:
      return "true";
    case Pred::Kind::never:
      return "false";
    case Pred::Kind::compare:
      break;
  }
  return "=";
}

Value clock_text(int64_t nanos) {
  int64_t seconds = nanos / second_nanos;
  auto two = [](int64_t n) { return std::string{char('0' + n / 10), char('0' + n % 10)}; };
  std::string text = two(seconds / 3600) + ":" + two(seconds / 60 % 60);
  if (seconds % 60 != 0) text += ":" + two(seconds % 60);
  return Value::string(text);
}

Value days_value(uint8_t days) {
  constexpr std::string_view names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::vector<Value> items;
  for (size_t i = 0; i < std::size(names); ++i) {
    if (days & (1U << i)) items.push_back(kw(names[i]));
  }
  return Value::set(std::move(items));
}

Value fields_value(const std::vector<Field>& fields) {
  if (fields.size() == 1) {
    Value only = field_value(fields[0]);
    if (!only.is(edn::Kind::vector)) return only;
  }
  std::vector<Value> items;
  for (const Field& field : fields) items.push_back(field_value(field));
  // A list that starts with a field of these names would read as one path.
  if (items[0].is_keyword("path") || items[0].is_keyword("field")) {
    items[0] = Value::vector({kw("path"), items[0]});
  }
  return Value::vector(std::move(items));
}

void add_text_options(const Pred& pred, std::vector<Value>& items) {
  Value options = Value::map();
  if (pred.text_mode != TextMode::all) {
    constexpr std::string_view names[] = {"and", "or", "phrase", "prefix"};
    options.set_key("op", kw(names[static_cast<size_t>(pred.text_mode)]));
  }
  if (pred.slop != 0) options.set_key("slop", Value::integer(pred.slop));
  if (!pred.insensitive) options.set_key("case", Value::boolean(true));
  if (options.size() != 0) items.push_back(std::move(options));
}

void add_arguments(const Pred& pred, std::vector<Value>& items) {
  switch (pred.kind) {
    case Pred::Kind::at_least:
      items.push_back(Value::integer(pred.n));
      [[fallthrough]];
    case Pred::Kind::all_of:
    case Pred::Kind::any_of:
    case Pred::Kind::negate:
      for (const Pred& part : pred.args) items.push_back(predicate_value(part));
      break;
    case Pred::Kind::in:
    case Pred::Kind::not_in:
      items.push_back(Value::set(pred.values));
      break;
    case Pred::Kind::compare:
      items.push_back(second_value(pred.right));
      break;
    case Pred::Kind::between:
      items.push_back(second_value(pred.right));
      items.push_back(second_value(pred.high));
      if (pred.low_open || pred.high_open) {
        std::string bounds = {pred.low_open ? '(' : '[', pred.high_open ? ')' : ']'};
        items.push_back(Value::map_of({{"bounds", Value::string(bounds)}}));
      }
      break;
    case Pred::Kind::type:
      items.push_back(kw(pred.type_name));
      break;
    case Pred::Kind::contains:
      items.push_back(pred.right.literal);
      break;
    case Pred::Kind::len:
      items.push_back(kw(compare_name(pred.compare)));
      items.push_back(Value::integer(pred.n));
      break;
    case Pred::Kind::time_of_day:
      items.push_back(clock_text(pred.from_nanos));
      items.push_back(clock_text(pred.to_nanos));
      break;
    case Pred::Kind::day_of_week:
      items.push_back(days_value(pred.days));
      break;
    default:
      break;
  }
  for (const std::string& text : pred.strings) items.push_back(Value::string(text));
}

bool over_words(Pred::Kind kind) {
  return kind == Pred::Kind::text || kind == Pred::Kind::phrase || kind == Pred::Kind::seq;
}

bool has_left(Pred::Kind kind) {
  switch (kind) {
    case Pred::Kind::all_of:
    case Pred::Kind::any_of:
    case Pred::Kind::negate:
    case Pred::Kind::at_least:
    case Pred::Kind::time_of_day:
    case Pred::Kind::day_of_week:
      return false;
    default:
      return !over_words(kind);
  }
}

}  // namespace

Value predicate_value(const Pred& pred) {
  if (pred.kind == Pred::Kind::always || pred.kind == Pred::Kind::never) {
    return kw(kind_word(pred.kind));
  }
  std::vector<Value> items;
  items.push_back(
      kw(pred.kind == Pred::Kind::compare ? compare_name(pred.compare) : kind_word(pred.kind)));
  if (pred.kind == Pred::Kind::text) items.push_back(fields_value(pred.fields));
  if (pred.kind == Pred::Kind::phrase || pred.kind == Pred::Kind::seq) {
    Value field = field_value(pred.fields[0]);
    // A field that prints as a string would read as one of :seq's words.
    bool wrap = pred.kind == Pred::Kind::seq && field.is(edn::Kind::string);
    items.push_back(wrap ? Value::vector({kw("field"), std::move(field)}) : std::move(field));
  }
  if (has_left(pred.kind)) items.push_back(first_value(pred.left));
  add_arguments(pred, items);
  if (over_words(pred.kind)) {
    add_text_options(pred, items);
  } else if (pred.insensitive) {
    items.push_back(Value::map_of({{"case", kw("insensitive")}}));
  }
  return Value::vector(std::move(items));
}

}  // namespace clogs::query::language
