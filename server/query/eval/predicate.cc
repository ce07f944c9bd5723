#include "server/query/eval/predicate.h"

#include <algorithm>
#include <vector>

namespace clogs::query {
namespace {

class Always final : public Filter {
 public:
  explicit Always(bool truth) : truth_(truth) {}
  bool matches(const Entry&) const override { return truth_; }

 private:
  bool truth_;
};

class Not final : public Filter {
 public:
  explicit Not(FilterPtr inner) : inner_(std::move(inner)) {}
  bool matches(const Entry& entry) const override { return !inner_->matches(entry); }

 private:
  FilterPtr inner_;
};

// :and wants all, :or one, :at-least n.
class AtLeast final : public Filter {
 public:
  AtLeast(std::vector<FilterPtr> filters, int64_t wanted)
      : filters_(std::move(filters)), wanted_(wanted) {}
  bool matches(const Entry& entry) const override {
    int64_t missing = wanted_;
    auto left = static_cast<int64_t>(filters_.size());
    for (const FilterPtr& filter : filters_) {
      if (missing <= 0) return true;
      if (missing > left) return false;
      if (filter->matches(entry)) --missing;
      --left;
    }
    return missing <= 0;
  }

 private:
  std::vector<FilterPtr> filters_;
  int64_t wanted_;
};

FilterPtr make_logic(const Pred& pred, const FilterContext& context) {
  std::vector<FilterPtr> filters;
  filters.reserve(pred.args.size());
  for (const Pred& arg : pred.args) filters.push_back(compile(arg, context));
  int64_t wanted = pred.n;
  if (pred.kind == Pred::Kind::all_of) wanted = static_cast<int64_t>(filters.size());
  if (pred.kind == Pred::Kind::any_of) wanted = 1;
  return std::make_unique<AtLeast>(std::move(filters), wanted);
}

}  // namespace

FilterPtr compile(const Pred& pred, const FilterContext& context) {
  switch (pred.kind) {
    case Pred::Kind::always:
      return std::make_unique<Always>(true);
    case Pred::Kind::never:
      return std::make_unique<Always>(false);
    case Pred::Kind::all_of:
    case Pred::Kind::any_of:
    case Pred::Kind::at_least:
      return make_logic(pred, context);
    case Pred::Kind::negate:
      return std::make_unique<Not>(compile(pred.args[0], context));
    case Pred::Kind::compare:
    case Pred::Kind::between:
      return make_compare_filter(pred, context);
    case Pred::Kind::in:
    case Pred::Kind::not_in:
      return make_in_filter(pred, context);
    case Pred::Kind::exists:
    case Pred::Kind::missing:
    case Pred::Kind::empty:
    case Pred::Kind::type:
    case Pred::Kind::len:
      return make_presence_filter(pred);
    case Pred::Kind::contains:
    case Pred::Kind::starts_with:
    case Pred::Kind::ends_with:
    case Pred::Kind::wildcard:
    case Pred::Kind::matches:
      return make_string_filter(pred, context);
    case Pred::Kind::text:
    case Pred::Kind::phrase:
    case Pred::Kind::seq:
      return make_text_filter(pred);
    case Pred::Kind::cidr:
      return make_cidr_filter(pred);
    case Pred::Kind::time_of_day:
    case Pred::Kind::day_of_week:
      return make_time_filter(pred, context);
  }
  return std::make_unique<Always>(false);
}

}  // namespace clogs::query
