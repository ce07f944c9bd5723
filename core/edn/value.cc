#include "core/edn/value.h"

#include "core/base/instant.h"
#include "core/edn/numbers.h"

namespace clogs::edn {

Value Value::number(Kind kind, std::string text) {
  Value value;
  value.kind_ = kind;
  value.text_ = std::move(text);
  return value;
}

Value Value::boolean(bool truth) {
  Value value;
  value.kind_ = Kind::boolean;
  value.truth_ = truth;
  return value;
}

Value Value::integer(int64_t value) { return number(Kind::integer, std::to_string(value)); }
Value Value::floating(double value) { return number(Kind::floating, double_to_text(value)); }
Value Value::character(std::string utf8) { return number(Kind::character, std::move(utf8)); }
Value Value::string(std::string_view text) { return number(Kind::string, std::string(text)); }
Value Value::keyword(std::string_view name) { return number(Kind::keyword, std::string(name)); }
Value Value::symbol(std::string_view name) { return number(Kind::symbol, std::string(name)); }
Value Value::inst(std::string_view text) { return number(Kind::inst, std::string(text)); }
Value Value::uuid(std::string_view text) { return number(Kind::uuid, std::string(text)); }

Value Value::inst_nanos(int64_t unix_nanos) {
  return number(Kind::inst, format_rfc3339(Instant::from_nanos(unix_nanos)));
}

Value Value::tagged(std::string_view tag, Value value) {
  Value out = number(Kind::tagged, std::string(tag));
  out.items_.push_back(std::move(value));
  return out;
}

namespace {
Value collection(Value out, std::vector<Value> items) {
  out.items() = std::move(items);
  return out;
}
}  // namespace

Value Value::list(std::vector<Value> items) {
  return collection(number(Kind::list, {}), std::move(items));
}
Value Value::vector(std::vector<Value> items) {
  return collection(number(Kind::vector, {}), std::move(items));
}
Value Value::set(std::vector<Value> items) {
  return collection(number(Kind::set, {}), std::move(items));
}
Value Value::map(std::vector<Value> keys_and_values) {
  return collection(number(Kind::map, {}), std::move(keys_and_values));
}

Value Value::map_of(std::initializer_list<std::pair<std::string_view, Value>> entries) {
  std::vector<Value> items;
  items.reserve(entries.size() * 2);
  for (const auto& [key, value] : entries) {
    items.push_back(keyword(key));
    items.push_back(value);
  }
  return map(std::move(items));
}

Value Value::from(View view) {
  Value value;
  value.kind_ = view.kind();
  if (is_collection(view.kind())) {
    value.items_.reserve(view.is(Kind::map) ? view.size() * 2 : view.size());
    for (View item : view) value.items_.push_back(from(item));
    return value;
  }
  value.truth_ = view.truth();
  value.text_ = view.text();
  if (view.is(Kind::tagged)) value.items_.push_back(from(view.tagged_value()));
  return value;
}

std::optional<int64_t> Value::as_int64() const {
  if (!is(Kind::integer) && !is(Kind::big_integer)) return std::nullopt;
  return integer_text_to_int64(text_);
}

std::optional<double> Value::as_double() const { return number_text_to_double(kind_, text_); }

const Value* Value::find(std::string_view name) const {
  if (!is(Kind::map)) return nullptr;
  for (size_t i = 0; i + 1 < items_.size(); i += 2) {
    if (items_[i].is_keyword(name)) return &items_[i + 1];
  }
  return nullptr;
}

void Value::set_key(std::string_view name, Value value) {
  for (size_t i = 0; i + 1 < items_.size(); i += 2) {
    if (items_[i].is_keyword(name)) {
      items_[i + 1] = std::move(value);
      return;
    }
  }
  items_.push_back(keyword(name));
  items_.push_back(std::move(value));
}

bool operator==(const Value& a, const Value& b) {
  Tape left;
  Tape right;
  left.copy(a);
  right.copy(b);
  return equal(left.root(), right.root());
}

}  // namespace clogs::edn
