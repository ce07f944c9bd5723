// Raw queries: rows sorted a thread, in memory or in runs on disk, merged, cut to the page, and
// printed from the lines that were kept.
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "server/query/exec/projection.h"
#include "server/query/exec/row_sorter.h"
#include "server/query/exec/run.h"

namespace clogs::query {
namespace {

using By = RowRank::By;

// Columns of an answer that names none beforehand; what spreadsheets take. Values of further ones
// are left out and counted.
constexpr size_t columns_max = 16'384;

Status cancelled() { return Status(Code::cancelled, "the query was cancelled"); }

// Lets through the rows that come after the cursor, if there is one.
class Gate {
 public:
  // `rank`: of the direction of reading; outlives the gate.
  Gate(const Prepared& prepared, const RowRank& rank) : rank_(rank) {
    if (!prepared.cursor) return;
    for (const edn::Value& value : prepared.cursor->key) tapes_.emplace_back().copy(value);
    for (const edn::Tape& tape : tapes_) key_.push_back(tape.root());
    place_ = prepared.cursor->place.value_or(Place{});
  }
  bool lets(KeyView key, const Place& place) const {
    return !place_ || rank_.before(key_, *place_, key, place);
  }

 private:
  const RowRank& rank_;
  std::vector<edn::Tape> tapes_;
  SortKey key_;
  std::optional<Place> place_;
};

// Sorted rows, which can be read from the start as often as needed.
class SortedRows {
 public:
  SortedRows(const Run& run, By by, unsigned phases)
      : run_(run), rank_(run.prepared, by), phases_(phases) {}

  // A sorter for one thread; `sorters` of them take rows at the same time.
  RowSorter& add(uint64_t wanted, unsigned sorters) {
    const size_t budget = run_.control.memory().limit() / phases_;
    const SortContext context{run_.spill, run_.control, run_.tenant,
                              SortMemory::of(budget, sorters)};
    return *sorters_.emplace_back(std::make_unique<RowSorter>(context, rank_, wanted));
  }
  void finish() {
    for (const auto& sorter : sorters_) sorter->finish();
  }
  const RowRank& rank() const { return rank_; }

  // What a reading has met: of the rows before the page, in it, and whether there are more.
  struct Reading {
    uint64_t skipped = 0;
    uint64_t read = 0;
    bool more = false;
  };
  // Calls visit(cursor) for `limit` rows behind the first `offset` ones.
  template <typename Visit>
  Result<Reading> read(uint64_t offset, uint64_t limit, Visit&& visit) const {
    SpillCodec codec;
    RowMerge merge(rank_);
    for (const auto& sorter : sorters_) CLOGS_RETURN_IF_ERROR(sorter->open(merge, codec));
    Reading reading;
    for (;;) {
      if (run_.control.cancelled()) return cancelled();
      CLOGS_ASSIGN_OR_RETURN(RowCursor * cursor, merge.next());
      if (cursor == nullptr) return reading;
      if (reading.skipped < offset) {
        ++reading.skipped;
        continue;
      }
      reading.more = reading.read == limit;
      if (reading.more) return reading;
      ++reading.read;
      CLOGS_RETURN_IF_ERROR(visit(*cursor));
    }
  }

 private:
  const Run& run_;
  const RowRank rank_;
  const unsigned phases_;
  std::vector<std::unique_ptr<RowSorter>> sorters_;
};

// Gives a sorter the entries that a gate lets through.
class Feeder final : public Consumer {
 public:
  // `gate` may be nullptr.
  Feeder(const RowRank& rank, const Gate* gate, RowSorter& sorter)
      : rank_(rank), gate_(gate), sorter_(sorter) {}
  void take(const Entry& entry) override {
    ++taken_;
    rank_.read(entry, scratch_, key_);
    const Place place = place_of(entry);
    if (gate_ != nullptr && !gate_->lets(key_, place)) return;
    sorter_.take({place, entry.stream, entry.line}, key_);
  }
  uint64_t taken() const { return taken_; }

 private:
  const RowRank& rank_;
  const Gate* gate_;
  RowSorter& sorter_;
  RowRank::Scratch scratch_;
  SortKey key_;
  uint64_t taken_ = 0;
};

// What is to be shown: rows in the answer's order, and how to cut the page out of them.
struct Found {
  std::unique_ptr<SortedRows> rows;
  uint64_t matched = 0;
  uint64_t offset = 0;
  uint64_t limit = 0;
  // Of a page read backwards, which is cut already.
  bool more = false;
  uint64_t skipped = 0;
};

// One more than the page, to know whether there are more.
uint64_t rows_wanted(const Query& query) {
  return static_cast<uint64_t>(query.limit) + static_cast<uint64_t>(query.offset) + 1;
}

Found scan_rows(Run& run, unsigned phases) {
  const Query& query = run.query();
  const By by = query.distinct.on ? By::distinct : run.prepared.backwards ? By::reverse : By::order;
  Found found{std::make_unique<SortedRows>(run, by, phases)};
  const Gate gate(run.prepared, found.rows->rank());
  std::vector<std::unique_ptr<Feeder>> feeders;
  scan(run.source, run.scan_spec(), run.control, run.pool, run.helpers, [&]() -> Consumer* {
    RowSorter& sorter =
        found.rows->add(query.distinct.on ? all_rows : rows_wanted(query), run.helpers + 1);
    // The first of a kind may lie on the other side of the cursor.
    const Gate* wanted = query.distinct.on ? nullptr : &gate;
    feeders.push_back(std::make_unique<Feeder>(found.rows->rank(), wanted, sorter));
    return feeders.back().get();
  });
  for (const auto& feeder : feeders) found.matched += feeder->taken();
  found.rows->finish();
  return found;
}

// One row a kind, in the order of reading.
Status keep_distinct(Run& run, unsigned phases, Found& found) {
  auto kept =
      std::make_unique<SortedRows>(run, run.prepared.backwards ? By::reverse : By::order, phases);
  const Gate gate(run.prepared, kept->rank());
  Feeder feeder(kept->rank(), &gate, kept->add(rows_wanted(run.query()), 1));
  std::string kind;
  CLOGS_RETURN_IF_ERROR(found.rows
                            ->read(0, all_rows,
                                   [&](RowCursor& cursor) -> Status {
                                     const std::string_view text = cursor.key()[0].text();
                                     if (feeder.taken() != 0 && text == kind) return ok_status();
                                     kind = text;
                                     CLOGS_ASSIGN_OR_RETURN(const Entry* entry, cursor.entry());
                                     feeder.take(*entry);
                                     return run.control.failure();
                                   })
                            .status());
  kept->finish();
  found.rows = std::move(kept);
  found.matched = feeder.taken();
  return ok_status();
}

// Cuts the page off and turns it round.
Status turn(Run& run, unsigned phases, Found& found) {
  auto turned = std::make_unique<SortedRows>(run, By::order, phases);
  Feeder feeder(turned->rank(), nullptr, turned->add(all_rows, 1));
  CLOGS_ASSIGN_OR_RETURN(
      const SortedRows::Reading reading,
      found.rows->read(found.offset, found.limit, [&](RowCursor& cursor) -> Status {
        CLOGS_ASSIGN_OR_RETURN(const Entry* entry, cursor.entry());
        feeder.take(*entry);
        return run.control.failure();
      }));
  turned->finish();
  found.rows = std::move(turned);
  found.more = reading.more;
  found.skipped = reading.skipped;
  found.offset = 0;
  found.limit = all_rows;
  return ok_status();
}

Result<Found> find_rows(Run& run) {
  const bool backwards = run.prepared.backwards;
  const bool distinct = run.query().distinct.on;
  const unsigned phases = backwards || distinct ? 2 : 1;
  Found found = scan_rows(run, phases);
  found.offset = static_cast<uint64_t>(run.query().offset);
  found.limit = static_cast<uint64_t>(run.query().limit);
  CLOGS_RETURN_IF_ERROR(run.control.failure());
  if (distinct) CLOGS_RETURN_IF_ERROR(keep_distinct(run, phases, found));
  if (backwards) CLOGS_RETURN_IF_ERROR(turn(run, phases, found));
  CLOGS_RETURN_IF_ERROR(after_scan(run));
  return found;
}

// The columns of the page's rows by first appearance.
Result<std::vector<std::string>> find_columns(const Run& run, const Found& found) {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  std::string name;
  const Projection projection(run.query().select, false);
  edn::Tape scratch;
  CLOGS_RETURN_IF_ERROR(found.rows
                            ->read(found.offset, found.limit,
                                   [&](RowCursor& cursor) -> Status {
                                     CLOGS_ASSIGN_OR_RETURN(const Entry* entry, cursor.entry());
                                     const edn::View row = projection.project(*entry, scratch);
                                     for (auto at = row.begin();
                                          at != row.end() && names.size() < columns_max; ++at) {
                                       column_name(*at, name);
                                       ++at;
                                       if (seen.insert(name).second) names.push_back(name);
                                     }
                                     return ok_status();
                                   })
                            .status());
  return names;
}

// A row that outlives its cursor.
struct KeptRow {
  Place place;
  std::string stream;
  std::string line;

  void keep(const PackedRow& row) {
    place = row.place;
    stream.assign(row.stream);
    line.assign(row.line);
  }
};

Result<std::string> cursor_at(const Run& run, const RowRank& rank, const KeptRow& kept) {
  RowReader reader(run.tenant);
  CLOGS_ASSIGN_OR_RETURN(const Entry* entry, reader.read({kept.place, kept.stream, kept.line}));
  RowRank::Scratch scratch;
  SortKey key;
  rank.read(*entry, scratch, key);
  Cursor cursor;
  for (edn::View view : key) {
    cursor.key.push_back(view ? edn::Value::from(view) : edn::Value::nil());
  }
  cursor.place = kept.place;
  return encode_cursor(cursor, run.prepared.page_hash);
}

void set_total(const Run& run, uint64_t matched, uint64_t reached, bool more, Trailer& trailer) {
  const CountMode mode = run.query().options.count;
  if (mode == CountMode::none || !run.control.warnings().empty()) return;
  const bool all_seen = !more && !run.prepared.cursor;
  trailer.total_exact = mode == CountMode::exact || all_seen;
  trailer.total = mode == CountMode::exact ? matched : reached;
}

}  // namespace

Status run_rows(Run& run, Answer& answer) {
  CLOGS_ASSIGN_OR_RETURN(const Found found, find_rows(run));
  if (answer.wants_columns()) {
    CLOGS_ASSIGN_OR_RETURN(std::vector<std::string> columns, find_columns(run, found));
    CLOGS_RETURN_IF_ERROR(answer.begin(std::move(columns)));
  } else {
    CLOGS_RETURN_IF_ERROR(answer.begin());
  }
  const Projection projection(run.query().select, false);
  edn::Tape scratch;
  KeptRow first;
  KeptRow last;
  CLOGS_ASSIGN_OR_RETURN(
      const SortedRows::Reading reading,
      found.rows->read(found.offset, found.limit, [&](RowCursor& cursor) -> Status {
        if (answer.trailer().count == 0) first.keep(cursor.row());
        last.keep(cursor.row());
        CLOGS_ASSIGN_OR_RETURN(const Entry* entry, cursor.entry());
        return answer.row(projection.project(*entry, scratch));
      }));
  const bool backwards = run.prepared.backwards;
  const bool more = found.more || reading.more;
  const uint64_t skipped = found.skipped + reading.skipped;
  Trailer& trailer = answer.trailer();
  set_total(run, found.matched, skipped + reading.read, more, trailer);
  // Pages of distinct rows do not know what the pages before had: such cursors are refused.
  if (reading.read == 0 || run.query().distinct.on) return ok_status();
  const bool came_from_before = run.prepared.cursor && !backwards;
  const RowRank& rank = found.rows->rank();
  if (backwards || more) {
    CLOGS_ASSIGN_OR_RETURN(trailer.next, cursor_at(run, rank, last));
  }
  if (backwards ? more : (came_from_before || skipped > 0)) {
    CLOGS_ASSIGN_OR_RETURN(trailer.prev, cursor_at(run, rank, first));
  }
  return ok_status();
}

}  // namespace clogs::query
