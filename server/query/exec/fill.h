// :fill: the buckets in which there was nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/query/exec/group_table.h"

namespace clogs::query {

// Rows that :fill may add to one answer; more are a limit that was hit.
constexpr size_t filled_rows_max = 200'000;

// One group of the answer. A filled one has no states: `fill` says what its aggregates show.
struct GroupRow {
  std::vector<GroupValue> values;
  std::vector<StatePtr> states;
  Fill fill = Fill::none;
};

// What the buckets of one column are to cover: [from, to) in nanoseconds, [from, to] in steps.
struct FillRange {
  int64_t from = 0;
  int64_t to = 0;
};

// The values of a row but those of one column, as bytes: rows with the same are one series.
std::string series_key(const GroupRow& row, size_t without);

// Adds, for each series (the same values in the other columns), the missing buckets of the first
// column that asks for :fill. `ranges` has one element a column. False when there were too many.
bool fill_gaps(const Query& query, std::vector<GroupColumn>& columns,
               const std::vector<std::optional<FillRange>>& ranges, std::vector<GroupRow>& rows);

}  // namespace clogs::query
