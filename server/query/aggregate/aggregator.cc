#include "server/query/aggregate/aggregator.h"

#include "server/query/eval/predicate.h"

namespace clogs::query {
namespace {

// [.. {:where pred}]: only the records that match.
class Conditional final : public Aggregator {
 public:
  Conditional(AggregatorPtr inner, FilterPtr where)
      : inner_(std::move(inner)), where_(std::move(where)) {}
  StatePtr make() const override { return inner_->make(); }
  void add(State& state, const Entry& entry, Memory& memory) const override {
    if (where_->matches(entry)) inner_->add(state, entry, memory);
  }
  void finish(State& state, const Finish& finish, edn::Tape& out) const override {
    inner_->finish(state, finish, out);
  }
  bool is_approx(const State& state) const override { return inner_->is_approx(state); }

 private:
  AggregatorPtr inner_;
  FilterPtr where_;
};

AggregatorPtr make_plain(const Aggregate& aggregate, const FilterContext& context,
                         size_t memory_budget_bytes) {
  switch (aggregate.kind) {
    case Aggregate::Kind::count:
    case Aggregate::Kind::bytes:
      return make_count(aggregate);
    case Aggregate::Kind::ratio:
      return make_ratio(aggregate, context);
    case Aggregate::Kind::sum:
    case Aggregate::Kind::avg:
    case Aggregate::Kind::rate:
      return make_sum(aggregate);
    case Aggregate::Kind::min:
    case Aggregate::Kind::max:
    case Aggregate::Kind::arg_max:
    case Aggregate::Kind::arg_min:
      return make_extreme(aggregate);
    case Aggregate::Kind::stddev:
    case Aggregate::Kind::variance:
      return make_spread(aggregate);
    case Aggregate::Kind::percentiles:
      return make_percentiles(aggregate, memory_budget_bytes);
    case Aggregate::Kind::histogram:
      return make_histogram(aggregate, memory_budget_bytes);
    case Aggregate::Kind::count_distinct:
      return make_count_distinct(aggregate, memory_budget_bytes);
    case Aggregate::Kind::first:
    case Aggregate::Kind::last:
    case Aggregate::Kind::any:
    case Aggregate::Kind::values:
      return make_pick(aggregate);
    case Aggregate::Kind::set:
    case Aggregate::Kind::top:
    case Aggregate::Kind::rare:
      return make_top(aggregate);
  }
  return make_count(aggregate);
}

}  // namespace

AggregatorPtr make_aggregator(const Aggregate& aggregate, const FilterContext& context,
                              size_t memory_budget_bytes) {
  AggregatorPtr plain = make_plain(aggregate, context, memory_budget_bytes);
  if (!aggregate.where) return plain;
  return std::make_unique<Conditional>(std::move(plain), compile(*aggregate.where, context));
}

}  // namespace clogs::query
