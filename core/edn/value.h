// An EDN value that owns itself: for what is built, kept and changed (queries, configuration, error
// details). Records on the hot path are tapes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/edn/tape.h"

namespace clogs::edn {

class Value {
 public:
  Value() = default;  // nil
  static Value nil() { return {}; }
  static Value boolean(bool truth);
  static Value integer(int64_t value);
  static Value floating(double value);
  static Value number(Kind kind, std::string text);  // text as in Node
  static Value character(std::string utf8);
  static Value string(std::string_view text);
  static Value keyword(std::string_view name);  // without the colon
  static Value symbol(std::string_view name);
  static Value inst(std::string_view text);
  static Value inst_nanos(int64_t unix_nanos);
  static Value uuid(std::string_view text);
  static Value tagged(std::string_view tag, Value value);
  static Value list(std::vector<Value> items);
  static Value vector(std::vector<Value> items);
  static Value set(std::vector<Value> items);  // the caller keeps elements distinct
  static Value map(std::vector<Value> keys_and_values = {});
  // {:code :clogs/x :got "y"}: keyword keys in the given order.
  static Value map_of(std::initializer_list<std::pair<std::string_view, Value>> entries);
  static Value from(View view);

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_nil() const { return kind_ == Kind::nil; }
  bool is_keyword(std::string_view name) const { return is(Kind::keyword) && text_ == name; }
  bool truth() const { return truth_; }
  const std::string& text() const { return text_; }
  // Elements; for a map keys and values in turn; for a tagged value its one value.
  const std::vector<Value>& items() const { return items_; }
  std::vector<Value>& items() { return items_; }
  // Elements of a collection, entries of a map.
  size_t size() const { return is(Kind::map) ? items_.size() / 2 : items_.size(); }
  const Value& operator[](size_t index) const { return items_[index]; }

  std::optional<int64_t> as_int64() const;
  std::optional<double> as_double() const;

  // A map's value under the keyword `name`; nullptr if there is none.
  const Value* find(std::string_view name) const;
  // Adds or replaces the entry of the keyword `name`.
  void set_key(std::string_view name, Value value);
  void push_back(Value value) { items_.push_back(std::move(value)); }

  // edn::equal().
  friend bool operator==(const Value& a, const Value& b);

 private:
  Kind kind_ = Kind::nil;
  bool truth_ = false;
  std::string text_;
  std::vector<Value> items_;
};

}  // namespace clogs::edn
