// The groups of a query and what has been gathered of each, in one thread or merged.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/query/aggregate/aggregator.h"
#include "server/query/exec/group_columns.h"
#include "server/query/exec/scan.h"
#include "server/query/language/ast.h"

namespace clogs::query {

struct GroupCells {
  std::vector<GroupValue> values;  // one a group column
  std::vector<StatePtr> states;    // one an aggregate
};

// Automatic widths made certain.
struct GroupPlan {
  const Query* query = nullptr;
  FilterContext context;
  std::vector<int64_t> widths;  // one a group column
};

class GroupTable final : public Consumer {
 public:
  GroupTable(const GroupPlan& plan, Memory& memory);

  void take(const Entry& entry) override;
  void merge(GroupTable& other);

  std::vector<GroupColumn>& columns() { return columns_; }
  const std::vector<AggregatorPtr>& aggregators() const { return aggregators_; }
  std::unordered_map<std::string, GroupCells>& groups() { return groups_; }
  // A query without :group-by has its one row whatever was found.
  void ensure_one();
  std::vector<StatePtr> empty_states() const;
  // Of the records that were found; min > max where there were none.
  int64_t first_nanos() const { return first_nanos_; }
  int64_t last_nanos() const { return last_nanos_; }

 private:
  Memory& memory_;
  std::vector<GroupColumn> columns_;
  std::vector<AggregatorPtr> aggregators_;
  std::unordered_map<std::string, GroupCells> groups_;
  std::string key_;
  int64_t first_nanos_ = std::numeric_limits<int64_t>::max();
  int64_t last_nanos_ = std::numeric_limits<int64_t>::min();
};

}  // namespace clogs::query
