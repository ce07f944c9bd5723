// Reads an operand of a predicate: a field of the record, or a constant.
#pragma once

#include <optional>

#include "core/edn/tape.h"
#include "server/query/eval/compare.h"
#include "server/query/eval/field.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// A constant with its own tape, prepared for comparing.
class Constant {
 public:
  Constant(const edn::Value& value, Role role) {
    tape_.copy(value);
    prepared_ = operandum(tape_.root(), role, true);
  }
  const Operandum& prepared() const { return prepared_; }
  edn::View view() const { return tape_.root(); }

 private:
  edn::Tape tape_;
  Operandum prepared_;
};

class OperandReader {
 public:
  // `role` is that of what it is compared with, for constants.
  OperandReader(const Operand& operand, Role role) {
    if (operand.kind == Operand::Kind::field) {
      field_.emplace(operand.field);
    } else {
      constant_.emplace(operand.literal, role);
    }
  }

  const FieldReader* field() const { return field_ ? &*field_ : nullptr; }
  const Constant* constant() const { return constant_ ? &*constant_ : nullptr; }
  Role role() const { return field_ ? field_->role() : Role::plain; }

  // Each value that is not nil, prepared, until `visit` returns true.
  template <typename Visit>
  bool any(const Entry& entry, Visit&& visit) const {
    if (constant_) return !constant_->view().is_nil() && visit(constant_->prepared());
    return field_->any(
        entry, [&](edn::View view) { return visit(operandum(view, field_->role(), false)); });
  }
  // The same with plain views, a :timestamp as it was sent.
  template <typename Visit>
  bool any_view(const Entry& entry, Visit&& visit) const {
    if (constant_) return !constant_->view().is_nil() && visit(constant_->view());
    return field_->any(entry, visit, true);
  }

 private:
  std::optional<FieldReader> field_;
  std::optional<Constant> constant_;
};

}  // namespace clogs::query
