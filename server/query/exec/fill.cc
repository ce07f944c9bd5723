#include "server/query/exec/fill.h"

#include <map>
#include <set>
#include <string>

#include "server/query/eval/key.h"

namespace clogs::query {

std::string series_key(const GroupRow& row, size_t without) {
  std::string key;
  edn::Tape tape;
  for (size_t i = 0; i < row.values.size(); ++i) {
    if (i == without) continue;
    const GroupValue& value = row.values[i];
    if (value.step) {
      key.append("b").append(reinterpret_cast<const char*>(&*value.step), sizeof(int64_t));
      continue;
    }
    tape.clear();
    tape.copy(value.value.value());
    append_key(tape.root(), key);
  }
  return key;
}

namespace {

struct Series {
  std::vector<GroupValue> values;
  std::set<int64_t> steps;
};

// Of values that are equal and look different in different rows (1, 1.0) the same one stands in the
// filled rows, whatever the order of the rows.
void offer(const GroupRow& row, size_t without, Series& series) {
  if (series.values.empty()) {
    series.values = row.values;
    return;
  }
  for (size_t i = 0; i < row.values.size(); ++i) {
    if (i != without) series.values[i].value.offer(row.values[i].value);
  }
}

int64_t after(const GroupColumn& column, const Group& group, int64_t step) {
  return group.kind == Group::Kind::time_bucket ? column.buckets().next(step) : step + 1;
}

// False where filling would pass the limit.
bool fill_series(const Series& series, size_t at, const GroupColumn& column, const Group& group,
                 const FillRange& range, std::vector<GroupRow>& rows, size_t& added) {
  for (int64_t step = range.from; step < range.to; step = after(column, group, step)) {
    if (series.steps.contains(step)) continue;
    if (++added > filled_rows_max) return false;
    GroupRow& row = rows.emplace_back();
    row.values = series.values;
    row.values[at] = {{}, step};
    row.fill = group.fill;
  }
  return true;
}

}  // namespace

bool fill_gaps(const Query& query, std::vector<GroupColumn>& columns,
               const std::vector<std::optional<FillRange>>& ranges, std::vector<GroupRow>& rows) {
  size_t added = 0;
  for (size_t i = 0; i < query.groups.size(); ++i) {
    if (query.groups[i].fill == Fill::none || !columns[i].is_bucket() || !ranges[i]) continue;
    std::map<std::string, Series> all;
    for (const GroupRow& row : rows) {
      Series& series = all[series_key(row, i)];
      offer(row, i, series);
      if (row.values[i].step) series.steps.insert(*row.values[i].step);
    }
    // Without other columns the empty range is one series of nothing.
    if (all.empty() && query.groups.size() == 1) all[""].values.resize(1);
    for (const auto& [key, series] : all) {
      if (!fill_series(series, i, columns[i], query.groups[i], *ranges[i], rows, added)) {
        return false;
      }
    }
    return true;
  }
  return true;
}

}  // namespace clogs::query
