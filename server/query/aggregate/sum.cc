// :sum, :avg and :rate.
#include <optional>

#include "server/query/aggregate/aggregator.h"
#include "server/query/aggregate/exact_sum.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

struct SumState final : State {
  ExactSum sum;
  uint64_t records = 0;
  void merge(State& other, Memory&) override {
    const auto& from = static_cast<SumState&>(other);
    sum.merge(from.sum);
    records += from.records;
  }
};

class Sum final : public Aggregator {
 public:
  explicit Sum(const Aggregate& aggregate) : kind_(aggregate.kind) {
    if (aggregate.of) of_.emplace(*aggregate.of, Role::plain);
  }
  StatePtr make() const override { return std::make_unique<SumState>(); }
  void add(State& state, const Entry& entry, Memory&) const override {
    auto& sum = static_cast<SumState&>(state);
    ++sum.records;
    if (!of_) return;
    of_->any_view(entry, [&sum](edn::View view) {
      if (auto number = number_of(view)) sum.sum.add(*number);
      return false;
    });
  }
  void finish(State& state, const Finish& finish, edn::Tape& out) const override {
    const auto& sum = static_cast<SumState&>(state);
    if (kind_ == Aggregate::Kind::sum) return sum.sum.write(out);
    if (kind_ == Aggregate::Kind::avg) {
      if (sum.sum.count() == 0) return out.nil();
      return out.floating(sum.sum.to_double() / static_cast<double>(sum.sum.count()));
    }
    if (!finish.seconds || *finish.seconds <= 0) return out.nil();
    const double total = of_ ? sum.sum.to_double() : static_cast<double>(sum.records);
    out.floating(total / *finish.seconds);
  }

 private:
  Aggregate::Kind kind_;
  std::optional<OperandReader> of_;
};

}  // namespace

AggregatorPtr make_sum(const Aggregate& aggregate) { return std::make_unique<Sum>(aggregate); }

}  // namespace clogs::query
