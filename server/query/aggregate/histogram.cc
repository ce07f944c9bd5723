// :histogram: [[lo hi count] ..] of equal bars.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "server/query/aggregate/aggregator.h"
#include "server/query/aggregate/sample.h"
#include "server/query/aggregate/steps.h"
#include "server/query/eval/operand.h"
#include "server/query/language/limits.h"

namespace clogs::query {

namespace {

void write_bar(edn::Tape& out, uint64_t count, const auto& write_low, const auto& write_high) {
  const size_t bar = out.open(edn::Kind::vector);
  write_low();
  write_high();
  out.integer(static_cast<int64_t>(count));
  out.close(bar, 3);
}

std::optional<double> bound(const std::optional<edn::Value>& value) {
  return value ? value->as_double() : std::nullopt;
}

bool is_within(double value, const std::optional<double>& min, const std::optional<double>& max) {
  return value == value && (!min || value >= *min) && (!max || value <= *max);
}

struct StepsState final : State {
  std::map<int64_t, uint64_t> counts;
  void merge(State& other, Memory&) override {
    for (const auto& [step, count] : static_cast<StepsState&>(other).counts) counts[step] += count;
  }
};

// Bars of a given width, from the first that holds something to the last.
class WidthHistogram final : public Aggregator {
 public:
  explicit WidthHistogram(const Aggregate& aggregate)
      : of_(*aggregate.of, Role::plain),
        steps_(*aggregate.width, {}),
        min_(bound(aggregate.min)),
        max_(bound(aggregate.max)) {}
  StatePtr make() const override { return std::make_unique<StepsState>(); }
  void add(State& state, const Entry& entry, Memory& memory) const override {
    of_.any_view(entry, [&](edn::View view) {
      const auto number = number_of(view);
      if (!number || !is_within(number->approx, min_, max_)) return false;
      const auto step = steps_.step_of(*number);
      if (!step) return false;
      auto& counts = static_cast<StepsState&>(state).counts;
      const size_t before = counts.size();
      ++counts[*step];
      if (counts.size() != before) memory.take(node_bytes);
      return false;
    });
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    const auto& counts = static_cast<StepsState&>(state).counts;
    const size_t bars = out.open(edn::Kind::vector);
    size_t written = 0;
    const auto write = [&](int64_t step, uint64_t count) {
      write_bar(
          out, count, [&] { steps_.write_start(step, out); },
          [&] { steps_.write_start(step + 1, out); });
      ++written;
    };
    int64_t next = 0;
    for (const auto& [step, count] : counts) {
      // Gaps are shown while they do not make the answer much longer than its data.
      if (written != 0 && step - next < max_kept_values - static_cast<int64_t>(written)) {
        for (; next < step; ++next) write(next, 0);
      }
      write(step, count);
      next = step + 1;
    }
    out.close(bars, written);
  }

 private:
  static constexpr size_t node_bytes = 64;
  OperandReader of_;
  Steps steps_;
  std::optional<double> min_;
  std::optional<double> max_;
};

struct KeptState final : State {
  explicit KeptState(size_t exact_max) : sample(exact_max) {}
  Sample sample;
  void merge(State& other, Memory& memory) override {
    sample.merge(static_cast<KeptState&>(other).sample, memory);
  }
};

// A given number of bars between the least and the greatest value, or the bounds that were said.
// The last one holds its upper end too.
class CountHistogram final : public Aggregator {
 public:
  CountHistogram(const Aggregate& aggregate, size_t memory_budget_bytes)
      : of_(*aggregate.of, Role::plain),
        bars_(aggregate.buckets > 0 ? aggregate.buckets : default_histogram_buckets),
        min_(bound(aggregate.min)),
        max_(bound(aggregate.max)),
        exact_max_(exact_values_max(memory_budget_bytes)) {}
  StatePtr make() const override { return std::make_unique<KeptState>(exact_max_); }
  void add(State& state, const Entry& entry, Memory& memory) const override {
    const uint64_t seed =
        static_cast<uint64_t>(entry.id.received_nanos) + entry.id.index * 0x9e3779b9U;
    of_.any_view(entry, [&](edn::View view) {
      const auto number = number_of(view);
      if (!number || !number->is_finite() || !is_within(number->approx, min_, max_)) return false;
      static_cast<KeptState&>(state).sample.add(number->approx, seed, memory);
      return false;
    });
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    const Sample& sample = static_cast<KeptState&>(state).sample;
    const std::vector<double> sorted = sample.sorted();
    const size_t bars = out.open(edn::Kind::vector);
    if (sorted.empty()) return out.close(bars, 0);
    const double low = min_.value_or(sorted.front());
    const double high = max_.value_or(sorted.back());
    // All values equal: one bar holds them.
    const int64_t count = high > low ? bars_ : 1;
    const double scale = static_cast<double>(sample.count()) / static_cast<double>(sorted.size());
    auto edge = [&](int64_t i) {
      return i == count
                 ? high
                 : low + (high - low) * (static_cast<double>(i) / static_cast<double>(count));
    };
    auto from = sorted.begin();
    for (int64_t i = 0; i < count; ++i) {
      const auto to =
          i + 1 == count ? sorted.end() : std::lower_bound(from, sorted.end(), edge(i + 1));
      write_bar(
          out, static_cast<uint64_t>(std::llround(static_cast<double>(to - from) * scale)),
          [&] { out.floating(edge(i)); }, [&] { out.floating(edge(i + 1)); });
      from = to;
    }
    out.close(bars, static_cast<size_t>(count));
  }
  bool is_approx(const State& state) const override {
    return !static_cast<const KeptState&>(state).sample.is_exact();
  }

 private:
  OperandReader of_;
  int64_t bars_;
  std::optional<double> min_;
  std::optional<double> max_;
  size_t exact_max_;
};

}  // namespace

AggregatorPtr make_histogram(const Aggregate& aggregate, size_t memory_budget_bytes) {
  if (aggregate.width) return std::make_unique<WidthHistogram>(aggregate);
  return std::make_unique<CountHistogram>(aggregate, memory_budget_bytes);
}

}  // namespace clogs::query
