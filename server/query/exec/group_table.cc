#include "server/query/exec/group_table.h"

#include <algorithm>

namespace clogs::query {
namespace {

// Of a group and of each of its aggregates, beside what these count themselves.
constexpr size_t group_bytes = 160;
constexpr size_t state_bytes = 128;

}  // namespace

GroupTable::GroupTable(const GroupPlan& plan, Memory& memory) : memory_(memory) {
  const Query& query = *plan.query;
  for (size_t i = 0; i < query.groups.size(); ++i) {
    columns_.emplace_back(query.groups[i], plan.widths[i]);
  }
  for (const Aggregate& aggregate : query.aggregates) {
    aggregators_.push_back(make_aggregator(aggregate, plan.context, memory.limit()));
  }
}

std::vector<StatePtr> GroupTable::empty_states() const {
  std::vector<StatePtr> states;
  states.reserve(aggregators_.size());
  for (const AggregatorPtr& aggregator : aggregators_) states.push_back(aggregator->make());
  return states;
}

void GroupTable::take(const Entry& entry) {
  first_nanos_ = std::min(first_nanos_, entry.timestamp);
  last_nanos_ = std::max(last_nanos_, entry.timestamp);
  key_.clear();
  for (GroupColumn& column : columns_) column.read(entry, key_);
  auto [at, fresh] = groups_.try_emplace(key_);
  GroupCells& cells = at->second;
  if (fresh) {
    for (const GroupColumn& column : columns_) cells.values.push_back(column.value());
    cells.states = empty_states();
    memory_.take(group_bytes + 2 * key_.size() + aggregators_.size() * state_bytes);
  } else {
    for (size_t i = 0; i < columns_.size(); ++i) columns_[i].offer(cells.values[i]);
  }
  for (size_t i = 0; i < aggregators_.size(); ++i) {
    aggregators_[i]->add(*cells.states[i], entry, memory_);
  }
}

void GroupTable::merge(GroupTable& other) {
  first_nanos_ = std::min(first_nanos_, other.first_nanos_);
  last_nanos_ = std::max(last_nanos_, other.last_nanos_);
  for (auto& [key, cells] : other.groups_) {
    auto [at, fresh] = groups_.try_emplace(key);
    GroupCells& own = at->second;
    if (fresh) {
      own = std::move(cells);
      continue;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].is_bucket()) own.values[i].value.offer(cells.values[i].value);
    }
    for (size_t i = 0; i < aggregators_.size(); ++i) {
      own.states[i]->merge(*cells.states[i], memory_);
    }
  }
  other.groups_.clear();
}

void GroupTable::ensure_one() {
  if (!columns_.empty() || !groups_.empty()) return;
  groups_[""].states = empty_states();
}

}  // namespace clogs::query
