// := :!= :< :<= :> :>= and :between.
#include <utility>

#include "server/query/eval/filter.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

bool holds(Compare compare, std::partial_ordering order) {
  switch (compare) {
    case Compare::less:
      return order < 0;
    case Compare::less_equal:
      return order <= 0;
    case Compare::greater:
      return order > 0;
    case Compare::greater_equal:
      return order >= 0;
    default:
      return false;
  }
}

Role common_role(const Operand& a, const Operand& b) {
  const Role left = a.kind == Operand::Kind::field ? role_of(a.field) : Role::plain;
  if (left != Role::plain) return left;
  return b.kind == Operand::Kind::field ? role_of(b.field) : Role::plain;
}

class CompareFilter final : public Filter {
 public:
  CompareFilter(const Pred& pred, const FilterContext& context)
      : compare_(pred.compare),
        left_(pred.left, common_role(pred.left, pred.right)),
        right_(pred.right, common_role(pred.left, pred.right)),
        strict_types_(context.strict_types) {}

  bool matches(const Entry& entry) const override {
    const bool found = left_.any(entry, [&](const Operandum& left) {
      return right_.any(entry, [&](const Operandum& right) { return test(left, right); });
    });
    return compare_ == Compare::not_equal ? !found : found;
  }

 private:
  bool test(const Operandum& left, const Operandum& right) const {
    if (compare_ == Compare::equal || compare_ == Compare::not_equal) {
      return equal(left, right, strict_types_);
    }
    return holds(compare_, compare(left, right));
  }

  Compare compare_;
  OperandReader left_;
  OperandReader right_;
  bool strict_types_;
};

// A field that is equal to a text constant: the most frequent filter of all, without preparing.
class TextEqualFilter final : public Filter {
 public:
  TextEqualFilter(const Pred& pred, bool negated)
      : field_(pred.left.field), text_(pred.right.literal.text()), negated_(negated) {}

  bool matches(const Entry& entry) const override {
    const bool found = field_.any(entry, [this](edn::View view) {
      return (view.kind() == edn::Kind::string || view.kind() == edn::Kind::keyword) &&
             view.text() == text_;
    });
    return found != negated_;
  }

 private:
  FieldReader field_;
  std::string text_;
  bool negated_;
};

// Whether comparing as plain text decides: nothing but text can be equal to such a constant.
bool is_plain_text_equality(const Pred& pred) {
  if (pred.compare != Compare::equal && pred.compare != Compare::not_equal) return false;
  if (pred.left.kind != Operand::Kind::field || pred.right.kind != Operand::Kind::literal) {
    return false;
  }
  if (role_of(pred.left.field) != Role::plain) return false;
  const edn::Value& literal = pred.right.literal;
  if (!literal.is(edn::Kind::string) && !literal.is(edn::Kind::keyword)) return false;
  return !parse_rfc3339(literal.text()).ok();
}

class BetweenFilter final : public Filter {
 public:
  explicit BetweenFilter(const Pred& pred)
      : left_(pred.left, Role::plain),
        low_(pred.right, left_.role()),
        high_(pred.high, left_.role()),
        above_(pred.low_open ? Compare::greater : Compare::greater_equal),
        below_(pred.high_open ? Compare::less : Compare::less_equal) {}

  bool matches(const Entry& entry) const override {
    return left_.any(entry, [&](const Operandum& value) {
      return low_.any(entry, [&](const Operandum& low) {
        return holds(above_, compare(value, low));
      }) && high_.any(entry, [&](const Operandum& high) {
        return holds(below_, compare(value, high));
      });
    });
  }

 private:
  OperandReader left_;
  OperandReader low_;
  OperandReader high_;
  Compare above_;
  Compare below_;
};

}  // namespace

FilterPtr make_compare_filter(const Pred& pred, const FilterContext& context) {
  if (pred.kind == Pred::Kind::between) return std::make_unique<BetweenFilter>(pred);
  if (is_plain_text_equality(pred)) {
    return std::make_unique<TextEqualFilter>(pred, pred.compare == Compare::not_equal);
  }
  return std::make_unique<CompareFilter>(pred, context);
}

}  // namespace clogs::query
