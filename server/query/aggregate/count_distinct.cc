// :count-distinct.
#include <algorithm>
#include <string>

#include "server/query/aggregate/aggregator.h"
#include "server/query/aggregate/distinct_set.h"
#include "server/query/eval/key.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

// A quarter of the budget; a value takes 16 bytes in a table that is 3/8 to 3/4 full. At least what
// the language promises.
size_t exact_max_of(const Aggregate& aggregate, size_t memory_budget_bytes) {
  constexpr size_t promised = 1'000'000;
  constexpr size_t bytes_each = 43;
  if (aggregate.exact) return SIZE_MAX;
  return std::max(promised, memory_budget_bytes / 4 / bytes_each);
}

struct DistinctState final : State {
  explicit DistinctState(size_t exact_max) : set(exact_max) {}
  DistinctSet set;
  void merge(State& other, Memory& memory) override {
    set.merge(static_cast<DistinctState&>(other).set, memory);
  }
};

class CountDistinct final : public Aggregator {
 public:
  CountDistinct(const Aggregate& aggregate, size_t memory_budget_bytes)
      : of_(*aggregate.of, Role::plain), exact_max_(exact_max_of(aggregate, memory_budget_bytes)) {}
  StatePtr make() const override { return std::make_unique<DistinctState>(exact_max_); }
  void add(State& state, const Entry& entry, Memory& memory) const override {
    const auto take = [&](edn::View view) {
      key_.clear();
      append_key(view, key_);
      static_cast<DistinctState&>(state).set.add(key_, memory);
      return false;
    };
    if (of_.field() != nullptr) {
      of_.field()->any(entry, take);
    } else {
      of_.any_view(entry, take);
    }
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    out.integer(static_cast<int64_t>(static_cast<DistinctState&>(state).set.count()));
  }
  bool is_approx(const State& state) const override {
    return !static_cast<const DistinctState&>(state).set.is_exact();
  }

 private:
  OperandReader of_;
  size_t exact_max_;
  mutable std::string key_;  // reused; an aggregator belongs to one thread
};

}  // namespace

AggregatorPtr make_count_distinct(const Aggregate& aggregate, size_t memory_budget_bytes) {
  return std::make_unique<CountDistinct>(aggregate, memory_budget_bytes);
}

}  // namespace clogs::query
