#include "server/query/exec/deletions.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/query/deletions.h"
#include "server/query/eval/predicate.h"
#include "server/query/exec/scan.h"
#include "server/query/language/deletion.h"

namespace clogs::query {

Result<DeletionSetPtr> parse_deletions(const store::DeletionList& list) {
  if (list == nullptr || list->empty()) return DeletionSetPtr();
  auto set = std::make_shared<DeletionSet>();
  set->reserve(list->size());
  for (const store::Deletion& deletion : *list) {
    auto query = parse_deletion(deletion.query_edn, Syntax::edn, deletion.time);
    if (!query.ok()) {
      return data_loss(fmt::format("deletion {} cannot be applied, so that nothing is answered: {}",
                                   deletion.number, query.status().message()));
    }
    CLOGS_ASSIGN_OR_RETURN(const Window window, resolve_window(*query, deletion.time));
    set->push_back({deletion.time, *std::move(query), window});
  }
  return DeletionSetPtr(std::move(set));
}

DeletionFilter::DeletionFilter(const DeletionSet* set) {
  if (set == nullptr) return;
  all_.reserve(set->size());
  for (const ParsedDeletion& one : *set) {
    all_.push_back({&one, compile(one.query.where, FilterContext{false, one.query.tz})});
  }
}

// By the time of the commit, not the id: what was restored with its old id after the deletion
// stays.
void DeletionFilter::enter(const store::Block& block) {
  concerned_.clear();
  for (const Compiled& one : all_) {
    if (block.first.received_nanos <= one.deletion->time &&
        wants_stream(one.deletion->query.from, block.stream)) {
      concerned_.push_back(&one);
    }
  }
}

bool DeletionFilter::deletes_by_query(const Entry& entry) const {
  return std::ranges::any_of(concerned_, [&](const Compiled* one) {
    const Window& window = one->deletion->window;
    return entry.timestamp >= window.from && entry.timestamp < window.to &&
           one->filter->matches(entry);
  });
}

namespace {

class LineFinder final : public store::DeletedLines {
 public:
  LineFinder(DeletionSetPtr set, std::string_view tenant)
      : set_(std::move(set)), filter_(set_.get()), tenant_(tenant), reader_(tenant_) {}

  void find(const store::Block& block, std::vector<uint32_t>& positions) override {
    positions.clear();
    filter_.enter(block);
    if (!filter_.concerns_block()) return;
    reader_.read(block, [&](const Entry& entry, uint32_t position) {
      if (filter_.deletes(entry)) positions.push_back(position);
    });
  }

 private:
  const DeletionSetPtr set_;
  DeletionFilter filter_;
  const std::string tenant_;
  BlockReader reader_;
};

}  // namespace

Result<std::unique_ptr<store::DeletedLines>> compile_deletions(const store::DeletionList& list,
                                                               std::string_view tenant) {
  CLOGS_ASSIGN_OR_RETURN(DeletionSetPtr set, parse_deletions(list));
  return std::unique_ptr<store::DeletedLines>(std::make_unique<LineFinder>(std::move(set), tenant));
}

}  // namespace clogs::query
