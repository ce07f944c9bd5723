// The value that stands for all that are equal to it. 200 and 200.0, "error" and :error are one
// group; which of them is shown must not depend on which came first.
#pragma once

#include <string>
#include <string_view>

#include "core/edn/printer.h"
#include "core/edn/tape.h"
#include "core/edn/value.h"

namespace clogs::query {

// Of equal values the one whose kind, then text, comes first.
class Representative {
 public:
  Representative() = default;
  explicit Representative(edn::View view) {
    if (view) value_ = edn::Value::from(view);
  }

  void offer(edn::View view) {
    if (!view) return;
    if (!edn::is_collection(view.kind()) && view.kind() != edn::Kind::tagged) {
      offer_atom(view.kind(), view.text(), [&] { return edn::Value::from(view); });
    } else if (edn::print(view) < edn::print(value_)) {
      value_ = edn::Value::from(view);
    }
  }
  void offer(const Representative& other) {
    const edn::Value& value = other.value_;
    if (!edn::is_collection(value.kind()) && value.kind() != edn::Kind::tagged) {
      offer_atom(value.kind(), value.text(), [&] { return value; });
    } else if (edn::print(value) < edn::print(value_)) {
      value_ = value;
    }
  }

  const edn::Value& value() const { return value_; }

 private:
  template <typename Make>
  void offer_atom(edn::Kind kind, std::string_view text, Make make) {
    if (kind == value_.kind() && text == value_.text()) return;
    if (kind < value_.kind() || (kind == value_.kind() && text < value_.text())) value_ = make();
  }

  edn::Value value_;  // nil: the group without a value
};

}  // namespace clogs::query
