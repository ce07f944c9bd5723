// Raw queries: the first rows of the order in a heap a thread, merged, cut to the page, and printed
// from the lines that were kept.
#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/edn/reader.h"
#include "server/query/eval/key.h"
#include "server/query/exec/projection.h"
#include "server/query/exec/row_order.h"
#include "server/query/exec/run.h"

namespace clogs::query {
namespace {

// A record that may be shown. Its line is read again when it is.
struct Kept {
  Place place;
  edn::Tape tape;  // of the key
  SortKey key;
  std::string line;
  std::string stream;

  size_t bytes() const { return sizeof(Kept) + line.size() + tape.memory_bytes(); }
};
using KeptPtr = std::unique_ptr<Kept>;

// The order of rows, turned where the page is read backwards from a :before.
class Direction {
 public:
  explicit Direction(const Prepared& prepared)
      : order_(prepared.query.order, true), backwards_(prepared.backwards) {
    if (!prepared.cursor) return;
    at_.emplace();
    for (const edn::Value& value : prepared.cursor->key) at_->tapes.emplace_back().copy(value);
    for (const edn::Tape& tape : at_->tapes) at_->key.push_back(tape.root());
    at_->place = prepared.cursor->place.value_or(Place{});
  }

  const RowOrder& order() const { return order_; }
  bool before(const SortKey& a, const Place& place_a, const SortKey& b,
              const Place& place_b) const {
    const auto order = order_.compare(a, place_a, b, place_b);
    return backwards_ ? order > 0 : order < 0;
  }
  bool before(const Kept& a, const Kept& b) const { return before(a.key, a.place, b.key, b.place); }
  // Whether a row comes after the cursor, if there is one.
  bool is_wanted(const SortKey& key, const Place& place) const {
    return !at_ || before(at_->key, at_->place, key, place);
  }

 private:
  struct At {
    std::vector<edn::Tape> tapes;
    SortKey key;
    Place place;
  };
  RowOrder order_;
  bool backwards_;
  std::optional<At> at_;
};

void keep(Kept& kept, const Entry& entry, const SortKey& key) {
  kept.place = place_of(entry);
  kept.line.assign(entry.line);
  kept.stream.assign(entry.stream);
  kept.tape.clear();
  kept.key.clear();
  std::vector<size_t> starts;
  for (edn::View view : key) {
    starts.push_back(kept.tape.size());
    if (view) {
      kept.tape.copy_deep(view);
    } else {
      kept.tape.nil();
    }
  }
  for (size_t start : starts) kept.key.push_back(kept.tape.at(start));
}

// Gives the entry of a kept row to `visit`.
class KeptReader {
 public:
  explicit KeptReader(std::string_view tenant) { entry_.tenant = tenant; }
  template <typename Visit>
  auto read(const Kept& kept, Visit&& visit) {
    tape_.clear();
    edn::Reader reader(kept.line);
    reader.next(tape_);
    entry_.reset();
    entry_.map = tape_.root();
    entry_.id = kept.place.id;
    entry_.timestamp = kept.place.timestamp;
    entry_.stream = kept.stream;
    entry_.line = kept.line;
    return visit(static_cast<const Entry&>(entry_));
  }

 private:
  edn::Tape tape_;
  Entry entry_;
};

class RowCollector : public Consumer {
 public:
  RowCollector(const Prepared& prepared, Memory& memory) : direction_(prepared), memory_(memory) {}
  void take(const Entry& entry) final {
    ++matched_;
    direction_.order().read(entry, key_);
    consider(entry, key_);
  }
  uint64_t matched() const { return matched_; }
  // The rows that this thread found, in no order.
  virtual std::vector<KeptPtr> rows() = 0;

 protected:
  virtual void consider(const Entry& entry, const SortKey& key) = 0;

  Direction direction_;
  Memory& memory_;

 private:
  SortKey key_;
  uint64_t matched_ = 0;
};

// The first `wanted` rows from the cursor on, as a heap whose top is the last of them.
class TopCollector final : public RowCollector {
 public:
  TopCollector(const Prepared& prepared, Memory& memory, size_t wanted)
      : RowCollector(prepared, memory), wanted_(wanted) {}
  std::vector<KeptPtr> rows() override { return std::move(heap_); }

 private:
  void consider(const Entry& entry, const SortKey& key) override {
    const Place place = place_of(entry);
    if (!direction_.is_wanted(key, place)) return;
    const auto later = [this](const KeptPtr& a, const KeptPtr& b) {
      return direction_.before(*a, *b);
    };
    KeptPtr kept;
    if (heap_.size() == wanted_) {
      const Kept& last = *heap_.front();
      if (!direction_.before(key, place, last.key, last.place)) return;
      std::pop_heap(heap_.begin(), heap_.end(), later);
      kept = std::move(heap_.back());
      heap_.pop_back();
      memory_.give(kept->bytes());
    } else {
      kept = std::make_unique<Kept>();
    }
    keep(*kept, entry, key);
    memory_.take(kept->bytes());
    heap_.push_back(std::move(kept));
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  size_t wanted_;
  std::vector<KeptPtr> heap_;
};

// One row for each different key: the first in the order of the answer.
class DistinctCollector final : public RowCollector {
 public:
  DistinctCollector(const Prepared& prepared, Memory& memory)
      : RowCollector(prepared, memory), projection_(prepared.query.select, false) {
    for (const Field& field : prepared.query.distinct.fields) fields_.emplace_back(field);
  }
  std::vector<KeptPtr> rows() override {
    std::vector<KeptPtr> rows;
    for (auto& [key, kept] : rows_) rows.push_back(std::move(kept));
    return rows;
  }
  void merge(DistinctCollector& other) {
    for (auto& [key, kept] : other.rows_) {
      auto [at, fresh] = rows_.try_emplace(key);
      if (fresh || order_before(*kept, *at->second)) at->second = std::move(kept);
    }
  }

 private:
  // In the order of the answer, whichever way the page is read.
  bool order_before(const Kept& a, const Kept& b) const {
    return direction_.order().compare(a.key, a.place, b.key, b.place) < 0;
  }

  void consider(const Entry& entry, const SortKey& key) override {
    text_.clear();
    if (fields_.empty()) append_key(projection_.project(entry, row_), text_);
    for (const FieldReader& field : fields_) append_key(field.first(entry), text_);
    auto [at, fresh] = rows_.try_emplace(text_);
    if (fresh) {
      at->second = std::make_unique<Kept>();
      memory_.take(2 * text_.size());
    } else {
      const Kept& held = *at->second;
      const Place place = place_of(entry);
      if (direction_.order().compare(key, place, held.key, held.place) >= 0) return;
      memory_.give(held.bytes());
    }
    keep(*at->second, entry, key);
    memory_.take(at->second->bytes());
  }

  Projection projection_;
  std::vector<FieldReader> fields_;
  std::string text_;
  edn::Tape row_;
  std::unordered_map<std::string, KeptPtr> rows_;
};

// Rows of all threads that come after the cursor, in the direction of reading.
struct Found {
  std::vector<KeptPtr> rows;
  uint64_t matched = 0;
};

Found gather(Run& run) {
  const Query& query = run.query();
  constexpr auto unlimited = std::numeric_limits<int64_t>::max();
  // One more than the page, to know whether there are more.
  const int64_t wanted =
      query.limit > unlimited - query.offset - 1 ? unlimited : query.limit + query.offset + 1;
  std::vector<std::unique_ptr<RowCollector>> collectors;
  scan(run.source, run.scan_spec(), run.control, run.pool, run.helpers, [&]() -> Consumer* {
    Memory& memory = run.control.memory();
    if (query.distinct.on) {
      collectors.push_back(std::make_unique<DistinctCollector>(run.prepared, memory));
    } else {
      collectors.push_back(
          std::make_unique<TopCollector>(run.prepared, memory, static_cast<size_t>(wanted)));
    }
    return collectors.back().get();
  });
  Found found;
  for (size_t i = 0; i < collectors.size(); ++i) {
    found.matched += collectors[i]->matched();
    if (query.distinct.on && i > 0) {
      static_cast<DistinctCollector&>(*collectors[0])
          .merge(static_cast<DistinctCollector&>(*collectors[i]));
    } else if (!query.distinct.on) {
      for (KeptPtr& kept : collectors[i]->rows()) found.rows.push_back(std::move(kept));
    }
  }
  const Direction direction(run.prepared);
  if (query.distinct.on && !collectors.empty()) {
    found.rows = collectors[0]->rows();
    found.matched = found.rows.size();
    std::erase_if(found.rows, [&](const KeptPtr& kept) {
      return !direction.is_wanted(kept->key, kept->place);
    });
  }
  std::sort(found.rows.begin(), found.rows.end(),
            [&](const KeptPtr& a, const KeptPtr& b) { return direction.before(*a, *b); });
  return found;
}

std::string cursor_at(const Run& run, const Kept& kept) {
  Cursor cursor;
  for (edn::View view : kept.key) cursor.key.push_back(edn::Value::from(view));
  cursor.place = kept.place;
  return encode_cursor(cursor, run.prepared.page_hash);
}

void set_total(const Run& run, uint64_t matched, const Page& page, Trailer& trailer) {
  const CountMode mode = run.query().options.count;
  if (mode == CountMode::none || !run.control.warnings().empty()) return;
  const bool all_seen = !page.more && !run.prepared.cursor;
  trailer.total_exact = mode == CountMode::exact || all_seen;
  trailer.total = mode == CountMode::exact ? matched : static_cast<uint64_t>(page.to);
}

}  // namespace

Status run_rows(Run& run, Answer& answer) {
  Found found = gather(run);
  CLOGS_RETURN_IF_ERROR(after_scan(run));
  const bool backwards = run.prepared.backwards;
  const Page page = page_of(run.query(), found.rows.size());
  std::vector<KeptPtr> shown(std::make_move_iterator(found.rows.begin() + ptrdiff_t(page.from)),
                             std::make_move_iterator(found.rows.begin() + ptrdiff_t(page.to)));
  found.rows.clear();
  if (backwards) std::reverse(shown.begin(), shown.end());

  CLOGS_RETURN_IF_ERROR(answer.begin());
  const Projection projection(run.query().select, false);
  KeptReader reader(run.tenant);
  edn::Tape scratch;
  for (const KeptPtr& kept : shown) {
    if (run.control.cancelled()) return Status(Code::cancelled, "the query was cancelled");
    CLOGS_RETURN_IF_ERROR(reader.read(
        *kept, [&](const Entry& entry) { return answer.row(projection.project(entry, scratch)); }));
  }
  Trailer& trailer = answer.trailer();
  set_total(run, found.matched, page, trailer);
  if (shown.empty()) return ok_status();
  const bool came_from_before = run.prepared.cursor && !backwards;
  if (backwards || page.more) trailer.next = cursor_at(run, *shown.back());
  if (backwards ? page.more : (came_from_before || page.from > 0)) {
    trailer.prev = cursor_at(run, *shown.front());
  }
  return ok_status();
}

}  // namespace clogs::query
