// :contains :starts-with :ends-with :wildcard :matches: text as characters, and elements of
// collections.
#include <string>

#include "server/query/eval/filter.h"
#include "server/query/eval/operand.h"
#include "server/query/eval/pattern.h"
#include "server/query/eval/text.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

// Any value of the left side whose text passes `Test`.
template <typename Test>
class TextTestFilter final : public Filter {
 public:
  TextTestFilter(const Pred& pred, Test test)
      : left_(pred.left, Role::plain), test_(std::move(test)) {}
  bool matches(const Entry& entry) const override {
    return left_.any_view(entry, [this](View view) {
      const TextOf text = text_of(view);
      return text.ok && test_(text.text);
    });
  }

 private:
  OperandReader left_;
  Test test_;
};

template <typename Test>
FilterPtr text_test(const Pred& pred, Test test) {
  return std::make_unique<TextTestFilter<Test>>(pred, std::move(test));
}

std::string needle_of(std::string_view text, bool insensitive) {
  return insensitive ? fold(text) : std::string(text);
}

class ContainsFilter final : public Filter {
 public:
  ContainsFilter(const Pred& pred, const FilterContext& context)
      : left_(pred.left, Role::plain),
        right_(pred.right, left_.role()),
        insensitive_(pred.insensitive),
        strict_types_(context.strict_types) {
    if (const Constant* constant = right_.constant();
        constant && constant->view().is(Kind::string)) {
      needle_ = needle_of(constant->view().text(), insensitive_);
      has_needle_ = true;
    }
  }

  bool matches(const Entry& entry) const override {
    return left_.any_view(entry, [&](View view) {
      if (edn::is_collection(view.kind())) return has_element(entry, view);
      const TextOf text = text_of(view);
      if (!text.ok) return false;
      if (has_needle_) return contains(text.text, needle_, insensitive_);
      if (right_.constant() != nullptr) return false;
      return right_.any_view(entry, [&](View part) {
        return part.is(Kind::string) &&
               contains(text.text, needle_of(part.text(), insensitive_), insensitive_);
      });
    });
  }

 private:
  bool has_element(const Entry& entry, View collection) const {
    return right_.any(entry, [&](const Operandum& wanted) {
      for (auto it = collection.begin(); it != collection.end(); ++it) {
        if (collection.is(Kind::map)) ++it;
        if (is_element(*it, wanted)) return true;
      }
      return false;
    });
  }

  bool is_element(View element, const Operandum& wanted) const {
    if (element.is_nil()) return wanted.view.is_nil();
    if (insensitive_ && wanted.kind == Kind::string) {
      const TextOf text = text_of(element);
      return text.ok && fold(text.text) == fold(wanted.view.text());
    }
    return equal(operandum(element, left_.role(), false), wanted, strict_types_);
  }

  OperandReader left_;
  OperandReader right_;
  bool insensitive_;
  bool strict_types_;
  bool has_needle_ = false;
  std::string needle_;
};

}  // namespace

FilterPtr make_string_filter(const Pred& pred, const FilterContext& context) {
  const bool insensitive = pred.insensitive;
  if (pred.kind == Pred::Kind::contains) return std::make_unique<ContainsFilter>(pred, context);
  const std::string& pattern = pred.strings[0];
  switch (pred.kind) {
    case Pred::Kind::starts_with:
      return text_test(
          pred, [needle = needle_of(pattern, insensitive), insensitive](std::string_view text) {
            return starts_with(text, needle, insensitive);
          });
    case Pred::Kind::ends_with:
      return text_test(
          pred, [needle = needle_of(pattern, insensitive), insensitive](std::string_view text) {
            return ends_with(text, needle, insensitive);
          });
    case Pred::Kind::wildcard:
      return text_test(pred, [wildcard = Wildcard(pattern, insensitive)](std::string_view text) {
        return wildcard.matches(text);
      });
    default:
      return text_test(pred, [regex = std::make_unique<Regex>(pattern, insensitive)](
                                 std::string_view text) { return regex->matches(text); });
  }
}

}  // namespace clogs::query
