// Grouped queries: tables of all threads merged, finished to rows, filled, filtered by :having,
// ordered and cut to the page.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include <fmt/core.h>

#include "server/query/eval/key.h"
#include "server/query/eval/predicate.h"
#include "server/query/exec/fill.h"
#include "server/query/exec/group_table.h"
#include "server/query/exec/projection.h"
#include "server/query/exec/row_order.h"
#include "server/query/exec/run.h"
#include "server/query/language/columns.h"

namespace clogs::query {
namespace {

using edn::View;

// First and last point in time of what a query finds.
struct Extent {
  int64_t first = std::numeric_limits<int64_t>::max();
  int64_t last = std::numeric_limits<int64_t>::min();
  bool empty() const { return first > last; }
};

class ExtentFinder final : public Consumer {
 public:
  explicit ExtentFinder(const Field& field) : field_(field) {}
  void take(const Entry& entry) override {
    const auto nanos = instant_of(field_, entry);
    if (!nanos) return;
    extent_.first = std::min(extent_.first, *nanos);
    extent_.last = std::max(extent_.last, *nanos);
  }
  const Extent& extent() const { return extent_; }

 private:
  FieldReader field_;
  Extent extent_;
};

bool is_bounded(const Window& window) {
  return window.from != Window{}.from && window.to != Window{}.to;
}

// The range that an automatic bucket cuts: the query's, or that of the data, found by a scan of its
// own over the same records.
Result<int64_t> auto_range(Run& run, const Group& group) {
  if (role_of(group.field) == Role::timestamp && is_bounded(run.window)) {
    return run.window.to - run.window.from;
  }
  CLOGS_ASSIGN_OR_RETURN(const std::unique_ptr<store::Source> source,
                         run.provider.open(run.tenant, run.source.as_of_nanos()));
  std::vector<std::unique_ptr<ExtentFinder>> finders;
  scan(*source, run.scan_spec(), run.control, run.pool, run.helpers, [&]() -> Consumer* {
    finders.push_back(std::make_unique<ExtentFinder>(group.field));
    return finders.back().get();
  });
  Extent extent;
  for (const auto& finder : finders) {
    extent.first = std::min(extent.first, finder->extent().first);
    extent.last = std::max(extent.last, finder->extent().last);
  }
  if (extent.empty()) return nanos_per_hour;
  if (extent.first < 0 && extent.last > std::numeric_limits<int64_t>::max() + extent.first) {
    return std::numeric_limits<int64_t>::max();
  }
  return extent.last - extent.first + 1;
}

Result<GroupPlan> plan_groups(Run& run) {
  GroupPlan plan{&run.query(), run.filter_context(), {}};
  for (const Group& group : run.query().groups) {
    int64_t width = group.width_nanos;
    if (group.kind == Group::Kind::time_bucket && width == 0) {
      CLOGS_ASSIGN_OR_RETURN(const int64_t range, auto_range(run, group));
      width = auto_width(range);
    }
    plan.widths.push_back(width);
  }
  return plan;
}

std::unique_ptr<GroupTable> gather(Run& run, const GroupPlan& plan) {
  std::vector<std::unique_ptr<GroupTable>> tables;
  scan(run.source, run.scan_spec(), run.control, run.pool, run.helpers, [&]() -> Consumer* {
    tables.push_back(std::make_unique<GroupTable>(plan, run.control.memory()));
    return tables.back().get();
  });
  if (tables.empty()) return std::make_unique<GroupTable>(plan, run.control.memory());
  for (size_t i = 1; i < tables.size(); ++i) {
    tables[0]->merge(*tables[i]);
    tables[i].reset();
  }
  return std::move(tables[0]);
}

std::optional<FillRange> time_fill_range(const Run& run, const Group& group,
                                         const GroupColumn& column, const GroupTable& table) {
  const bool by_window = role_of(group.field) == Role::timestamp;
  int64_t from = by_window ? run.window.from : Window{}.from;
  int64_t to = by_window ? run.window.to : Window{}.to;
  const int64_t now = run.source.as_of_nanos();
  if (group.from) {
    if (auto nanos = resolve(*group.from, group.tz, now); nanos.ok()) from = *nanos;
  }
  if (group.to) {
    if (auto nanos = resolve(*group.to, group.tz, now); nanos.ok()) to = *nanos;
  }
  const bool has_data = table.first_nanos() <= table.last_nanos();
  if (!has_data && (from == Window{}.from || to == Window{}.to)) return std::nullopt;
  if (from == Window{}.from) from = table.first_nanos();
  if (to == Window{}.to) to = table.last_nanos() + 1;
  if (from >= to) return std::nullopt;
  return FillRange{column.buckets().start_of(from), to};
}

std::optional<FillRange> number_fill_range(const Group& group, const GroupColumn& column,
                                           const std::vector<GroupRow>& rows, size_t index) {
  std::optional<FillRange> range;
  for (const GroupRow& row : rows) {
    const auto step = row.values[index].step;
    if (!step) continue;
    if (!range) range = FillRange{*step, *step + 1};
    range->from = std::min(range->from, *step);
    range->to = std::max(range->to, *step + 1);
  }
  const auto step_of = [&](const std::optional<edn::Value>& value) -> std::optional<int64_t> {
    if (!value) return std::nullopt;
    edn::Tape tape;
    tape.copy(*value);
    const auto number = number_of(tape.root());
    return number ? column.steps().step_of(*number) : std::nullopt;
  };
  const auto min = step_of(group.min);
  const auto max = step_of(group.max);
  if (!range) {
    if (!min || !max) return std::nullopt;
    range = FillRange{*min, *max + 1};
  }
  if (min) range->from = *min;
  if (max) range->to = *max + 1;
  return range;
}

// A row of the answer as a map of all its columns.
struct ResultRow {
  edn::Tape tape;
  std::vector<View> groups;  // values of the group columns
  SortKey key;               // of :order-by
};
using ResultRowPtr = std::unique_ptr<ResultRow>;

class RowMaker {
 public:
  // `names`, of all columns, outlives the rows.
  RowMaker(const Run& run, GroupTable& table, const std::vector<std::string>& names)
      : run_(run), table_(table), names_(names) {}

  // `previous`: the row before it in its series, for :fill :previous.
  ResultRowPtr make(GroupRow& group, const ResultRow* previous) {
    auto row = std::make_unique<ResultRow>();
    edn::Tape& out = row->tape;
    const size_t opened = out.open(edn::Kind::map);
    size_t name = 0;
    for (size_t i = 0; i < group.values.size(); ++i) {
      write_key(names_[name++], out);
      table_.columns()[i].write(group.values[i], out);
    }
    write_aggregates(group, previous, name, out);
    out.close(opened, names_.size());
    auto at = out.root().begin();
    for (size_t i = 0; i < group.values.size(); ++i) {
      row->groups.push_back(*++at);
      ++at;
    }
    return row;
  }

  const std::set<std::string>& approx() const { return approx_; }

 private:
  void write_aggregates(GroupRow& group, const ResultRow* previous, size_t name, edn::Tape& out) {
    if (group.fill == Fill::zero) group.states = table_.empty_states();
    const Finish finish{seconds_of(group)};
    for (size_t i = 0; i < table_.aggregators().size(); ++i) {
      const Aggregator& aggregator = *table_.aggregators()[i];
      const auto& columns = run_.query().aggregates[i].columns;
      if (group.states.empty()) {
        for (const std::string& column : columns) {
          write_key(names_[name++], out);
          const View value = previous != nullptr ? previous->tape.root().find(column) : View();
          if (value) {
            out.copy_deep(value);
          } else {
            out.nil();
          }
        }
        continue;
      }
      edn::Tape values;
      aggregator.finish(*group.states[i], finish, values);
      const bool approx = aggregator.is_approx(*group.states[i]);
      View value = values.root();
      for (const std::string& column : columns) {
        write_key(names_[name++], out);
        out.copy_deep(value);
        value = View(value.next());
        if (approx) approx_.insert(column);
      }
    }
  }

  // What :rate divides by: the group's time bucket, else the query's range, else that of the data.
  std::optional<double> seconds_of(const GroupRow& group) const {
    constexpr double nanos = 1e9;
    for (size_t i = 0; i < group.values.size(); ++i) {
      if (run_.query().groups[i].kind != Group::Kind::time_bucket) continue;
      const auto start = group.values[i].step;
      if (!start) return std::nullopt;
      return static_cast<double>(table_.columns()[i].buckets().next(*start) - *start) / nanos;
    }
    const bool has_data = table_.first_nanos() <= table_.last_nanos();
    int64_t from = run_.window.from;
    int64_t to = run_.window.to;
    if ((from == Window{}.from || to == Window{}.to) && !has_data) return std::nullopt;
    if (from == Window{}.from) from = table_.first_nanos();
    if (to == Window{}.to) to = table_.last_nanos();
    return (static_cast<double>(to) - static_cast<double>(from)) / nanos;
  }

  const Run& run_;
  GroupTable& table_;
  const std::vector<std::string>& names_;
  std::set<std::string> approx_;
};

class GroupOrder {
 public:
  GroupOrder(const Query& query, const std::vector<GroupColumn>& columns)
      : order_(query.order, false) {
    for (const GroupColumn& column : columns) roles_.push_back(column.role());
  }

  std::strong_ordering by_groups(const std::vector<View>& a, const std::vector<View>& b) const {
    for (size_t i = 0; i < roles_.size(); ++i) {
      const auto order = compare_column(a[i], b[i], roles_[i], false, false);
      if (order != 0) return order;
    }
    return std::strong_ordering::equal;
  }

  void read(ResultRow& row) const {
    Entry entry;
    entry.map = row.tape.root();
    entry.is_result = true;
    order_.read(entry, row.key);
  }
  bool before(const ResultRow& a, const ResultRow& b) const {
    const auto order = order_.compare(a.key, b.key);
    return order != 0 ? order < 0 : by_groups(a.groups, b.groups) < 0;
  }

 private:
  RowOrder order_;
  std::vector<Role> roles_;
};

// The groups that were found, and the empty ones that :fill adds.
std::vector<GroupRow> group_rows(Run& run, GroupTable& table, Trailer& trailer) {
  const Query& query = run.query();
  table.ensure_one();
  std::vector<GroupRow> groups;
  groups.reserve(table.groups().size());
  for (auto& [key, cells] : table.groups()) {
    groups.push_back({std::move(cells.values), std::move(cells.states), Fill::none});
  }
  table.groups().clear();
  std::vector<std::optional<FillRange>> ranges(query.groups.size());
  for (size_t i = 0; i < query.groups.size(); ++i) {
    if (query.groups[i].fill == Fill::none) continue;
    const GroupColumn& column = table.columns()[i];
    ranges[i] = query.groups[i].kind == Group::Kind::time_bucket
                    ? time_fill_range(run, query.groups[i], column, table)
                    : number_fill_range(query.groups[i], column, groups, i);
  }
  if (!fill_gaps(query, table.columns(), ranges, groups)) {
    trailer.partial = true;
    trailer.warnings.push_back(
        fmt::format(":fill would add more than {} rows; the rest is left out", filled_rows_max));
  }
  return groups;
}

// Series by series, each in the order of its buckets, so that a gap finds what was before it.
void make_with_previous(RowMaker& maker, std::vector<GroupRow>& groups, size_t filled,
                        std::vector<ResultRowPtr>& rows) {
  std::map<std::pair<std::string, std::optional<int64_t>>, GroupRow*> ordered;
  for (GroupRow& group : groups) {
    ordered[{series_key(group, filled), group.values[filled].step}] = &group;
  }
  const ResultRow* previous = nullptr;
  const std::string* series = nullptr;
  for (auto& [key, group] : ordered) {
    if (series == nullptr || *series != key.first) previous = nullptr;
    series = &key.first;
    rows.push_back(maker.make(*group, previous));
    previous = rows.back().get();
  }
}

// In the default order.
std::vector<ResultRowPtr> make_rows(Run& run, GroupTable& table,
                                    const std::vector<std::string>& names, Trailer& trailer) {
  std::vector<GroupRow> groups = group_rows(run, table, trailer);
  RowMaker maker(run, table, names);
  std::vector<ResultRowPtr> rows;
  rows.reserve(groups.size());
  const auto& by = run.query().groups;
  const auto filled = std::find_if(by.begin(), by.end(),
                                   [](const Group& group) { return group.fill != Fill::none; });
  if (filled != by.end() && filled->fill == Fill::previous) {
    make_with_previous(maker, groups, static_cast<size_t>(filled - by.begin()), rows);
  } else {
    for (GroupRow& group : groups) rows.push_back(maker.make(group, nullptr));
  }
  const GroupOrder order(run.query(), table.columns());
  std::sort(rows.begin(), rows.end(), [&](const ResultRowPtr& a, const ResultRowPtr& b) {
    return order.by_groups(a->groups, b->groups) < 0;
  });
  trailer.approx.assign(maker.approx().begin(), maker.approx().end());
  return rows;
}

void apply_having(const Run& run, std::vector<ResultRowPtr>& rows) {
  const FilterPtr having = compile(run.query().having, run.filter_context());
  Entry entry;
  entry.is_result = true;
  std::erase_if(rows, [&](const ResultRowPtr& row) {
    entry.map = row->tape.root();
    return !having->matches(entry);
  });
}

// Of rows that are equal in the distinct fields the first one in the order stays.
void apply_distinct(const Run& run, std::vector<ResultRowPtr>& rows) {
  if (!run.query().distinct.on) return;
  const Projection projection(run.query().select, true);
  std::vector<FieldReader> fields;
  for (const Field& field : run.query().distinct.fields) fields.emplace_back(field);
  std::unordered_set<std::string> seen;
  Entry entry;
  entry.is_result = true;
  edn::Tape scratch;
  std::erase_if(rows, [&](const ResultRowPtr& row) {
    entry.map = row->tape.root();
    std::string key;
    if (fields.empty()) append_key(projection.project(entry, scratch), key);
    for (const FieldReader& field : fields) append_key(field.first(entry), key);
    return !seen.insert(std::move(key)).second;
  });
}

// Leaves the rows on the wanted side of the cursor.
void apply_cursor(const Run& run, const GroupOrder& order, std::vector<ResultRowPtr>& rows) {
  if (!run.prepared.cursor) return;
  std::vector<edn::Tape> tapes;
  std::vector<View> at;
  for (const edn::Value& value : run.prepared.cursor->key) tapes.emplace_back().copy(value);
  for (const edn::Tape& tape : tapes) at.push_back(tape.root());
  std::erase_if(rows, [&](const ResultRowPtr& row) {
    const auto side = order.by_groups(row->groups, at);
    return run.prepared.backwards ? side >= 0 : side <= 0;
  });
  if (run.prepared.backwards) std::reverse(rows.begin(), rows.end());
}

std::string cursor_at(const Run& run, const ResultRow& row) {
  Cursor cursor;
  for (View view : row.groups) cursor.key.push_back(edn::Value::from(view));
  return encode_cursor(cursor, run.prepared.page_hash);
}

Status show(Run& run, std::vector<ResultRowPtr>& rows, const Page& page, Answer& answer) {
  CLOGS_RETURN_IF_ERROR(answer.begin());
  const bool backwards = run.prepared.backwards;
  if (backwards) {
    std::reverse(rows.begin() + ptrdiff_t(page.from), rows.begin() + ptrdiff_t(page.to));
  }
  const Projection projection(run.query().select, true);
  Entry entry;
  entry.is_result = true;
  edn::Tape scratch;
  for (size_t i = page.from; i < page.to; ++i) {
    if (run.control.cancelled()) return Status(Code::cancelled, "the query was cancelled");
    entry.map = rows[i]->tape.root();
    CLOGS_RETURN_IF_ERROR(answer.row(projection.project(entry, scratch)));
  }
  // Pages go by the group columns, so only where these give the order.
  if (page.from == page.to || !run.query().order.empty() || run.query().groups.empty()) {
    return ok_status();
  }
  Trailer& trailer = answer.trailer();
  const bool came_forward = run.prepared.cursor && !backwards;
  if (backwards || page.more) trailer.next = cursor_at(run, *rows[page.to - 1]);
  if (backwards ? page.more : (came_forward || page.from > 0)) {
    trailer.prev = cursor_at(run, *rows[page.from]);
  }
  return ok_status();
}

}  // namespace

Status run_groups(Run& run, Answer& answer) {
  CLOGS_ASSIGN_OR_RETURN(const GroupPlan plan, plan_groups(run));
  const std::unique_ptr<GroupTable> table = gather(run, plan);
  CLOGS_RETURN_IF_ERROR(after_scan(run));
  Trailer& trailer = answer.trailer();
  const std::vector<std::string> names = grouped_columns(run.query());
  std::vector<ResultRowPtr> rows = make_rows(run, *table, names, trailer);
  apply_having(run, rows);
  const GroupOrder order(run.query(), table->columns());
  if (!run.query().order.empty()) {
    for (const ResultRowPtr& row : rows) order.read(*row);
    std::sort(rows.begin(), rows.end(),
              [&](const ResultRowPtr& a, const ResultRowPtr& b) { return order.before(*a, *b); });
  }
  apply_distinct(run, rows);
  const bool complete = run.control.warnings().empty() && !trailer.partial;
  if (complete && run.query().options.count != CountMode::none) {
    trailer.total = rows.size();
    trailer.total_exact = true;
  }
  apply_cursor(run, order, rows);
  return show(run, rows, page_of(run.query(), rows.size()), answer);
}

}  // namespace clogs::query
