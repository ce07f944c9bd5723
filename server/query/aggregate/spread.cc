// :stddev and :variance of the sample.
#include <cmath>

#include "server/query/aggregate/aggregator.h"
#include "server/query/aggregate/exact_sum.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

// Both sums are exact, so that the order of the records leaves no trace in the result.
struct SpreadState final : State {
  uint64_t count = 0;
  DoubleSum sum;
  DoubleSum squares;
  void merge(State& other, Memory&) override {
    const auto& from = static_cast<SpreadState&>(other);
    count += from.count;
    sum.merge(from.sum);
    squares.merge(from.squares);
  }
  void add(double value) {
    ++count;
    sum.add(value);
    const double square = value * value;
    squares.add(square);
    // What rounding took from the square.
    if (std::isfinite(square)) squares.add(std::fma(value, value, -square));
  }
};

class Spread final : public Aggregator {
 public:
  explicit Spread(const Aggregate& aggregate)
      : of_(*aggregate.of, Role::plain), root_(aggregate.kind == Aggregate::Kind::stddev) {}
  StatePtr make() const override { return std::make_unique<SpreadState>(); }
  void add(State& state, const Entry& entry, Memory&) const override {
    of_.any_view(entry, [&state](edn::View view) {
      if (auto number = number_of(view)) static_cast<SpreadState&>(state).add(number->approx);
      return false;
    });
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    const auto& spread = static_cast<SpreadState&>(state);
    if (spread.count < 2) return out.nil();
    const double variance = variance_of(spread);
    out.floating(root_ ? std::sqrt(variance) : variance);
  }

 private:
  // 113 bits: exact enough for a mean that is 1e12 times the deviation.
  __extension__ typedef __float128 Wide;

  static Wide total(const DoubleSum& sum) {
    Wide result = 0;
    for (double part : sum.partials()) result += part;
    return result;
  }

  static double variance_of(const SpreadState& spread) {
    const double specials = spread.sum.specials() + spread.squares.specials();
    if (specials != 0) return std::nan("");
    const Wide count = static_cast<Wide>(spread.count);
    const Wide sum = total(spread.sum);
    const Wide deviations = total(spread.squares) - sum * sum / count;
    return deviations <= 0 ? 0.0 : static_cast<double>(deviations / (count - 1));
  }

  OperandReader of_;
  bool root_;
};

}  // namespace

AggregatorPtr make_spread(const Aggregate& aggregate) {
  return std::make_unique<Spread>(aggregate);
}

}  // namespace clogs::query
