// :count, :bytes and :ratio.
#include <optional>

#include "server/query/aggregate/aggregator.h"
#include "server/query/eval/operand.h"
#include "server/query/eval/predicate.h"

namespace clogs::query {
namespace {

struct CountState final : State {
  uint64_t count = 0;
  uint64_t of = 0;  // the denominator of a ratio
  void merge(State& other, Memory&) override {
    const auto& from = static_cast<CountState&>(other);
    count += from.count;
    of += from.of;
  }
};

class Count final : public Aggregator {
 public:
  explicit Count(const Aggregate& aggregate) : bytes_(aggregate.kind == Aggregate::Kind::bytes) {
    if (aggregate.of) of_.emplace(*aggregate.of, Role::plain);
  }
  StatePtr make() const override { return std::make_unique<CountState>(); }
  void add(State& state, const Entry& entry, Memory&) const override {
    auto& count = static_cast<CountState&>(state).count;
    if (bytes_) {
      count += entry.line.size();
    } else if (!of_ || of_->any_view(entry, [](edn::View) { return true; })) {
      ++count;
    }
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    out.integer(static_cast<int64_t>(static_cast<CountState&>(state).count));
  }

 private:
  bool bytes_;
  std::optional<OperandReader> of_;
};

class Ratio final : public Aggregator {
 public:
  Ratio(const Aggregate& aggregate, const FilterContext& context)
      : numerator_(compile(*aggregate.numerator, context)) {
    if (aggregate.denominator) denominator_ = compile(*aggregate.denominator, context);
  }
  StatePtr make() const override { return std::make_unique<CountState>(); }
  void add(State& state, const Entry& entry, Memory&) const override {
    auto& counts = static_cast<CountState&>(state);
    if (numerator_->matches(entry)) ++counts.count;
    if (!denominator_ || denominator_->matches(entry)) ++counts.of;
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    const auto& counts = static_cast<CountState&>(state);
    if (counts.of == 0) return out.nil();
    out.floating(static_cast<double>(counts.count) / static_cast<double>(counts.of));
  }

 private:
  FilterPtr numerator_;
  FilterPtr denominator_;
};

}  // namespace

AggregatorPtr make_count(const Aggregate& aggregate) { return std::make_unique<Count>(aggregate); }

AggregatorPtr make_ratio(const Aggregate& aggregate, const FilterContext& context) {
  return std::make_unique<Ratio>(aggregate, context);
}

}  // namespace clogs::query
