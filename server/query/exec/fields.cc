#include "server/query/exec/fields.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include <fmt/core.h>

#include "server/query/exec/group_table.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

constexpr size_t kinds = static_cast<size_t>(Kind::tagged) + 1;
// Nested maps below this depth count as one value.
constexpr int depth_max = 8;

using Counts = std::array<uint64_t, kinds>;

class FieldCounter final : public Consumer {
 public:
  explicit FieldCounter(Memory& memory) : memory_(memory) {}
  void take(const Entry& entry) override {
    path_.clear();
    count_map(entry.map, 0);
  }
  bool overflowed() const { return overflowed_; }
  void merge_into(std::unordered_map<std::string, Counts>& all) const {
    for (const auto& [name, counts] : counts_) {
      Counts& sum = all[name];
      for (size_t i = 0; i < kinds; ++i) sum[i] += counts[i];
    }
  }

 private:
  void count_map(View map, int depth) {
    for (auto at = map.begin(); at != map.end(); ++at) {
      const View key = *at;
      const View value = *++at;
      if (key.kind() != Kind::keyword && key.kind() != Kind::string) continue;
      if (depth == 0 && is_meta_key(key)) continue;
      const size_t length = path_.size();
      if (depth > 0) path_.push_back('.');
      path_.append(key.text());
      if (value.is(Kind::map) && value.size() != 0 && depth < depth_max) {
        count_map(value, depth + 1);
      } else if (!value.is_nil()) {
        count(value.kind());
      }
      path_.resize(length);
    }
  }

  void count(Kind kind) {
    auto at = counts_.find(path_);
    if (at == counts_.end()) {
      if (counts_.size() >= field_names_max) {
        overflowed_ = true;
        return;
      }
      at = counts_.emplace(path_, Counts{}).first;
      memory_.take(sizeof(Counts) + 2 * path_.size());
    }
    ++at->second[static_cast<size_t>(kind)];
  }

  Memory& memory_;
  std::string path_;
  std::unordered_map<std::string, Counts> counts_;
  bool overflowed_ = false;
};

FieldInfo info_of(const std::string& name, const Counts& counts) {
  FieldInfo info;
  info.name = name;
  for (size_t i = 0; i < kinds; ++i) {
    if (counts[i] == 0) continue;
    info.count += counts[i];
    info.types.emplace_back(edn::kind_name(static_cast<Kind>(i)), counts[i]);
  }
  std::sort(info.types.begin(), info.types.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return info;
}

std::string cut_warning(size_t limit, std::string_view what) {
  return fmt::format("there are more than the limit of {} {}", limit, what);
}

}  // namespace

Result<FoundFields> find_fields(Run& run, size_t limit) {
  std::vector<std::unique_ptr<FieldCounter>> counters;
  scan(run.source, run.scan_spec(), run.control, run.pool, run.helpers, [&]() -> Consumer* {
    counters.push_back(std::make_unique<FieldCounter>(run.control.memory()));
    return counters.back().get();
  });
  CLOGS_RETURN_IF_ERROR(after_scan(run));
  std::unordered_map<std::string, Counts> all;
  FoundFields found;
  bool overflowed = false;
  for (const auto& counter : counters) {
    counter->merge_into(all);
    overflowed = overflowed || counter->overflowed();
  }
  if (overflowed) found.warnings.push_back(cut_warning(field_names_max, "names to tell apart"));
  std::vector<FieldInfo>& fields = found.fields;
  for (const auto& [name, counts] : all) fields.push_back(info_of(name, counts));
  std::sort(fields.begin(), fields.end(), [](const FieldInfo& a, const FieldInfo& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  if (fields.size() > limit) {
    fields.resize(limit);
    found.warnings.push_back(cut_warning(limit, "names"));
  }
  return found;
}

Result<FoundValues> find_field_values(Run& run, std::string_view field, size_t limit) {
  Query query;
  Aggregate& top = query.aggregates.emplace_back();
  top.kind = Aggregate::Kind::top;
  top.n = static_cast<int64_t>(limit) + 1;  // one more tells whether there are more
  Operand of;
  of.kind = Operand::Kind::field;
  of.field.name = field;
  of.field.dotted = field.find('.') != std::string_view::npos;
  of.field.path.push_back({Segment::Kind::key, std::string(field), 0});
  top.of = of;
  const GroupPlan plan{&query, run.filter_context(), {}};
  std::vector<std::unique_ptr<GroupTable>> tables;
  scan(run.source, run.scan_spec(), run.control, run.pool, run.helpers, [&]() -> Consumer* {
    tables.push_back(std::make_unique<GroupTable>(plan, run.control.memory()));
    return tables.back().get();
  });
  CLOGS_RETURN_IF_ERROR(after_scan(run));
  FoundValues found;
  std::vector<FieldValue>& values = found.values;
  if (tables.empty()) return found;
  for (size_t i = 1; i < tables.size(); ++i) tables[0]->merge(*tables[i]);
  tables[0]->ensure_one();
  edn::Tape out;
  GroupCells& cells = tables[0]->groups().begin()->second;
  tables[0]->aggregators()[0]->finish(*cells.states[0], {}, out);
  for (View pair : out.root()) {
    const View value = *pair.begin();
    const View count(value.next());
    values.push_back(
        {edn::Value::from(value), static_cast<uint64_t>(count.as_int64().value_or(0))});
  }
  if (values.size() > limit) {
    values.resize(limit);
    found.warnings.push_back(cut_warning(limit, "values"));
  }
  return found;
}

}  // namespace clogs::query
