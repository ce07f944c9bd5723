// :top, :rare and :set: the different values, how often each, and the n most frequent, least
// frequent, or first by value.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/query/aggregate/aggregator.h"
#include "server/query/aggregate/representative.h"
#include "server/query/eval/compare.h"
#include "server/query/eval/key.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

struct Counted {
  Representative value;
  uint64_t count = 0;
};

// Of a map's node with key and value, beside their text.
constexpr size_t node_bytes = 160;

struct TopState final : State {
  std::unordered_map<std::string, Counted> values;
  void merge(State& other, Memory&) override {
    for (auto& [key, counted] : static_cast<TopState&>(other).values) {
      auto [at, fresh] = values.try_emplace(key, counted);
      if (fresh) continue;
      at->second.count += counted.count;
      at->second.value.offer(counted.value);
    }
  }
};

class Top final : public Aggregator {
 public:
  explicit Top(const Aggregate& aggregate)
      : kind_(aggregate.kind),
        of_(*aggregate.of, Role::plain),
        n_(static_cast<size_t>(aggregate.n)) {}
  StatePtr make() const override { return std::make_unique<TopState>(); }
  void add(State& state, const Entry& entry, Memory& memory) const override {
    auto& values = static_cast<TopState&>(state).values;
    of_.any_view(entry, [&](edn::View view) {
      key_.clear();
      append_key(view, key_);
      auto [at, fresh] = values.try_emplace(key_);
      if (fresh) {
        memory.take(node_bytes + 2 * key_.size());
        at->second.value = Representative(view);
      } else {
        at->second.value.offer(view);
      }
      ++at->second.count;
      return false;
    });
  }

  void finish(State& state, const Finish&, edn::Tape& out) const override {
    struct Row {
      edn::Tape tape;
      uint64_t count;
    };
    auto& values = static_cast<TopState&>(state).values;
    std::vector<Row> rows;
    rows.reserve(values.size());
    for (auto& [key, counted] : values) {
      rows.push_back({edn::Tape(), counted.count});
      rows.back().tape.copy(counted.value.value());
    }
    const auto before = [this](const Row& a, const Row& b) {
      if (kind_ != Aggregate::Kind::set && a.count != b.count) {
        return kind_ == Aggregate::Kind::top ? a.count > b.count : a.count < b.count;
      }
      return total_order(a.tape.root(), b.tape.root()) < 0;
    };
    const size_t shown = std::min(n_, rows.size());
    std::partial_sort(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(shown), rows.end(),
                      before);
    write(rows, shown, out);
  }

 private:
  template <typename Rows>
  void write(const Rows& rows, size_t shown, edn::Tape& out) const {
    const bool is_set = kind_ == Aggregate::Kind::set;
    const size_t all = out.open(is_set ? edn::Kind::set : edn::Kind::vector);
    for (size_t i = 0; i < shown; ++i) {
      if (is_set) {
        out.copy_deep(rows[i].tape.root());
        continue;
      }
      const size_t pair = out.open(edn::Kind::vector);
      out.copy_deep(rows[i].tape.root());
      out.integer(static_cast<int64_t>(rows[i].count));
      out.close(pair, 2);
    }
    out.close(all, shown);
  }

  Aggregate::Kind kind_;
  OperandReader of_;
  size_t n_;
  mutable std::string key_;  // reused; an aggregator belongs to one thread
};

}  // namespace

AggregatorPtr make_top(const Aggregate& aggregate) { return std::make_unique<Top>(aggregate); }

}  // namespace clogs::query
