// :in and :not-in: one look-up by key, and the few values that a look-up cannot decide one by one.
#include <string>
#include <unordered_set>
#include <vector>

#include "server/query/eval/filter.h"
#include "server/query/eval/key.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

class InFilter final : public Filter {
 public:
  InFilter(const Pred& pred, const FilterContext& context)
      : negated_(pred.kind == Pred::Kind::not_in),
        left_(pred.left, Role::plain),
        strict_types_(context.strict_types) {
    for (const edn::Value& value : pred.values) {
      if (value.is_nil()) {
        has_nil_ = true;
        continue;
      }
      constants_.push_back(std::make_unique<Constant>(value, left_.role()));
      const Constant& constant = *constants_.back();
      std::string key = key_of(constant.view());
      if (constant.prepared().number) numbers_.insert(key);
      const auto kind = value.kind();
      const bool text = kind == edn::Kind::string || kind == edn::Kind::keyword;
      has_instants_ |= kind == edn::Kind::inst || (text && parse_rfc3339(value.text()).ok());
      keys_.insert(std::move(key));
    }
  }

  bool matches(const Entry& entry) const override {
    bool present = false;
    const bool found = left_.any(entry, [&](const Operandum& value) {
      present = true;
      return contains(value, key_);
    });
    return (found || (!present && has_nil_)) != negated_;
  }

 private:
  bool contains(const Operandum& value, std::string& key) const {
    if (left_.role() != Role::plain || has_instants_) {
      for (const auto& constant : constants_) {
        if (equal(value, constant->prepared(), strict_types_)) return true;
      }
      return false;
    }
    key.clear();
    append_key(value.view, key);
    if (keys_.contains(key)) return true;
    if (numbers_.empty() || strict_types_) return false;
    const TextNumber number(value);
    if (!number.found) return false;
    key.clear();
    append_number_key(*number.found, key);
    return numbers_.contains(key);
  }

  // A number written in text.
  struct TextNumber {
    explicit TextNumber(const Operandum& value) {
      if (value.kind == edn::Kind::string || value.kind == edn::Kind::keyword) {
        found = number_in_text(value.view.text());
      }
    }
    std::optional<Number> found;
  };

  bool negated_;
  OperandReader left_;
  bool strict_types_;
  bool has_nil_ = false;
  mutable std::string key_;  // reused; a filter belongs to one thread
  bool has_instants_ = false;
  std::vector<std::unique_ptr<Constant>> constants_;
  std::unordered_set<std::string> keys_;
  std::unordered_set<std::string> numbers_;
};

}  // namespace

FilterPtr make_in_filter(const Pred& pred, const FilterContext& context) {
  return std::make_unique<InFilter>(pred, context);
}

}  // namespace clogs::query
