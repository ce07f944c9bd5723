// :percentile, :percentiles and :median.
#include "server/query/aggregate/aggregator.h"
#include "server/query/aggregate/sample.h"
#include "server/query/eval/operand.h"

namespace clogs::query {

namespace {

struct SampleState final : State {
  explicit SampleState(size_t exact_max) : sample(exact_max) {}
  Sample sample;
  void merge(State& other, Memory& memory) override {
    sample.merge(static_cast<SampleState&>(other).sample, memory);
  }
};

class Percentiles final : public Aggregator {
 public:
  Percentiles(const Aggregate& aggregate, size_t memory_budget_bytes)
      : of_(*aggregate.of, Role::plain),
        percents_(aggregate.percents),
        exact_max_(exact_values_max(memory_budget_bytes)) {}
  StatePtr make() const override { return std::make_unique<SampleState>(exact_max_); }
  void add(State& state, const Entry& entry, Memory& memory) const override {
    uint64_t seed = static_cast<uint64_t>(entry.id.received_nanos) + entry.id.index * 0x9e3779b9U;
    of_.any_view(entry, [&](edn::View view) {
      const auto number = number_of(view);
      if (number && !number->is_nan()) {
        static_cast<SampleState&>(state).sample.add(number->approx, seed, memory);
      }
      seed += uint64_t{1} << 62;
      return false;
    });
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    const std::vector<double> sorted = static_cast<SampleState&>(state).sample.sorted();
    for (double percent : percents_) {
      if (sorted.empty()) {
        out.nil();
      } else {
        out.floating(percentile(sorted, percent));
      }
    }
  }
  bool is_approx(const State& state) const override {
    return !static_cast<const SampleState&>(state).sample.is_exact();
  }

 private:
  OperandReader of_;
  std::vector<double> percents_;
  size_t exact_max_;
};

}  // namespace

AggregatorPtr make_percentiles(const Aggregate& aggregate, size_t memory_budget_bytes) {
  return std::make_unique<Percentiles>(aggregate, memory_budget_bytes);
}

}  // namespace clogs::query
