// :first, :last, :any and :values: values by the order of their records (timestamp, then id).
#include <algorithm>
#include <vector>

#include "server/query/aggregate/aggregator.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

struct Picked {
  Place place;
  uint32_t nth = 0;  // of the record's values, where a path has several
  edn::Value value;
  friend bool operator<(const Picked& a, const Picked& b) {
    return a.place != b.place ? a.place < b.place : a.nth < b.nth;
  }
};

// The first `limit` values as a heap whose top is the last of them; for :last the order is turned.
struct PickState final : State {
  PickState(size_t kept_max, bool want_last) : limit(kept_max), last(want_last) {}
  size_t limit;
  bool last;
  std::vector<Picked> heap;

  bool before(const Picked& a, const Picked& b) const { return last ? b < a : a < b; }
  auto order() const {
    return [this](const Picked& a, const Picked& b) { return before(a, b); };
  }
  bool wants(const Picked& picked) const {
    return heap.size() < limit || (limit != 0 && before(picked, heap.front()));
  }
  void push(Picked picked) {
    if (heap.size() == limit) {
      std::pop_heap(heap.begin(), heap.end(), order());
      heap.pop_back();
    }
    heap.push_back(std::move(picked));
    std::push_heap(heap.begin(), heap.end(), order());
  }
  void merge(State& other, Memory&) override {
    for (Picked& picked : static_cast<PickState&>(other).heap) {
      if (wants(picked)) push(std::move(picked));
    }
  }
};

class Pick final : public Aggregator {
 public:
  explicit Pick(const Aggregate& aggregate)
      : of_(*aggregate.of, Role::plain),
        list_(aggregate.kind == Aggregate::Kind::values),
        last_(aggregate.kind == Aggregate::Kind::last),
        limit_(list_ ? static_cast<size_t>(aggregate.n) : 1) {}
  StatePtr make() const override { return std::make_unique<PickState>(limit_, last_); }
  void add(State& state, const Entry& entry, Memory& memory) const override {
    auto& pick = static_cast<PickState&>(state);
    Picked picked{place_of(entry), 0, {}};
    of_.any_view(entry, [&](edn::View view) {
      if (pick.wants(picked)) {
        picked.value = edn::Value::from(view);
        if (pick.heap.size() < pick.limit) memory.take(sizeof(Picked) + picked.value.text().size());
        pick.push(picked);
      }
      ++picked.nth;
      return false;
    });
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    auto& pick = static_cast<PickState&>(state);
    if (!list_) {
      if (pick.heap.empty()) return out.nil();
      return out.copy(pick.heap.front().value);
    }
    std::sort(pick.heap.begin(), pick.heap.end());
    const size_t values = out.open(edn::Kind::vector);
    for (const Picked& picked : pick.heap) out.copy(picked.value);
    out.close(values, pick.heap.size());
  }

 private:
  OperandReader of_;
  bool list_;
  bool last_;
  size_t limit_;
};

}  // namespace

AggregatorPtr make_pick(const Aggregate& aggregate) { return std::make_unique<Pick>(aggregate); }

}  // namespace clogs::query
