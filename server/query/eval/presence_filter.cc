// :exists :missing :empty :type :len: what a field holds rather than its value.
#include <algorithm>

#include "server/query/eval/field.h"
#include "server/query/eval/filter.h"
#include "server/query/eval/operand.h"
#include "server/query/eval/text.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

class ExistsFilter final : public Filter {
 public:
  ExistsFilter(const Pred& pred, bool wanted) : field_(pred.left.field), wanted_(wanted) {}
  bool matches(const Entry& entry) const override {
    return field_.any(entry, [](View) { return true; }) == wanted_;
  }

 private:
  FieldReader field_;
  bool wanted_;
};

// Missing, "" or a collection without elements. Of several values one that is not empty decides.
class EmptyFilter final : public Filter {
 public:
  explicit EmptyFilter(const Pred& pred) : field_(pred.left.field) {}
  bool matches(const Entry& entry) const override {
    return !field_.any(entry, [](View view) {
      if (view.kind() == Kind::string) return !view.text().empty();
      return !edn::is_collection(view.kind()) || view.size() != 0;
    });
  }

 private:
  FieldReader field_;
};

class TypeFilter final : public Filter {
 public:
  explicit TypeFilter(const Pred& pred) : field_(pred.left.field), types_(pred.types) {
    wants_nil_ = std::find(types_.begin(), types_.end(), Kind::nil) != types_.end();
  }
  bool matches(const Entry& entry) const override {
    const auto fits = [this](View view) {
      return std::find(types_.begin(), types_.end(), view.kind()) != types_.end();
    };
    if (field_.any(entry, fits, true)) return true;
    if (!wants_nil_) return false;
    const View raw = field_.in_map(entry.map);
    return raw && raw.is_nil();
  }

 private:
  FieldReader field_;
  std::vector<Kind> types_;
  bool wants_nil_ = false;
};

class LengthFilter final : public Filter {
 public:
  explicit LengthFilter(const Pred& pred)
      : left_(pred.left, Role::plain), compare_(pred.compare), n_(pred.n) {}
  bool matches(const Entry& entry) const override {
    return left_.any_view(entry, [this](View view) {
      if (edn::is_collection(view.kind())) return holds(static_cast<int64_t>(view.size()));
      const TextOf text = text_of(view);
      return text.ok && holds(static_cast<int64_t>(character_count(text.text)));
    });
  }

 private:
  bool holds(int64_t length) const {
    switch (compare_) {
      case Compare::equal:
        return length == n_;
      case Compare::not_equal:
        return length != n_;
      case Compare::less:
        return length < n_;
      case Compare::less_equal:
        return length <= n_;
      case Compare::greater:
        return length > n_;
      case Compare::greater_equal:
        return length >= n_;
    }
    return false;
  }

  OperandReader left_;
  Compare compare_;
  int64_t n_;
};

}  // namespace

FilterPtr make_presence_filter(const Pred& pred) {
  switch (pred.kind) {
    case Pred::Kind::exists:
      return std::make_unique<ExistsFilter>(pred, true);
    case Pred::Kind::missing:
      return std::make_unique<ExistsFilter>(pred, false);
    case Pred::Kind::empty:
      return std::make_unique<EmptyFilter>(pred);
    case Pred::Kind::type:
      return std::make_unique<TypeFilter>(pred);
    default:
      return std::make_unique<LengthFilter>(pred);
  }
}

}  // namespace clogs::query
