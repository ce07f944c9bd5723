// One aggregate of a query, compiled, and what it has gathered of one group.
//
// Each thread gathers states of its own; at the end they are merged. What comes out does not depend
// on which thread saw which record in which order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>

#include "core/edn/tape.h"
#include "server/query/aggregate/memory.h"
#include "server/query/eval/entry.h"
#include "server/query/eval/filter.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// The order of records that first, last and :values go by.
struct Place {
  int64_t timestamp = 0;
  record::Id id;
  friend auto operator<=>(const Place&, const Place&) = default;
};
inline Place place_of(const Entry& entry) { return {entry.timestamp, entry.id}; }

// What is left of a group's records, for one aggregate.
class State {
 public:
  virtual ~State() = default;
  // Takes over what `other`, a state of the same aggregate, has gathered.
  virtual void merge(State& other, Memory& memory) = 0;
};
using StatePtr = std::unique_ptr<State>;

struct Finish {
  std::optional<double> seconds;  // that the group covers, for :rate
};

class Aggregator {
 public:
  virtual ~Aggregator() = default;
  virtual StatePtr make() const = 0;
  virtual void add(State& state, const Entry& entry, Memory& memory) const = 0;
  // Appends one value a column.
  virtual void finish(State& state, const Finish& finish, edn::Tape& out) const = 0;
  // Whether finish() gave an estimate.
  virtual bool is_approx(const State&) const { return false; }
};
using AggregatorPtr = std::unique_ptr<const Aggregator>;

// Not to be shared between threads. Keeps no reference to `aggregate`.
AggregatorPtr make_aggregator(const Aggregate& aggregate, const FilterContext& context,
                              size_t memory_budget_bytes);

// The families, one file each.
AggregatorPtr make_count(const Aggregate& aggregate);  // count, bytes
AggregatorPtr make_ratio(const Aggregate& aggregate, const FilterContext& context);
AggregatorPtr make_sum(const Aggregate& aggregate);      // sum avg rate
AggregatorPtr make_extreme(const Aggregate& aggregate);  // min max arg_min arg_max
AggregatorPtr make_spread(const Aggregate& aggregate);   // stddev variance
AggregatorPtr make_percentiles(const Aggregate& aggregate, size_t memory_budget_bytes);
AggregatorPtr make_histogram(const Aggregate& aggregate, size_t memory_budget_bytes);
AggregatorPtr make_count_distinct(const Aggregate& aggregate, size_t memory_budget_bytes);
AggregatorPtr make_pick(const Aggregate& aggregate);  // first last any values
AggregatorPtr make_top(const Aggregate& aggregate);   // top rare set

}  // namespace clogs::query
