// :min, :max, :arg-min and :arg-max, by number, by instant where there are no numbers, or by the
// severity of :level. What is none of these is skipped.
#include <optional>
#include <string>

#include "core/record/level.h"
#include "server/query/aggregate/aggregator.h"
#include "server/query/eval/compare.h"
#include "server/query/eval/field.h"
#include "server/query/eval/operand.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

// Numbers go before instants, so that one stray #inst does not decide over numbers.
enum class Sort : uint8_t { none, instant, severity, number };

Sort sort_of(View view, Role role) {
  if (role == Role::level && record::severity_of(view) != record::Severity::none) {
    return Sort::severity;
  }
  if (edn::is_number(view.kind())) {
    const auto number = number_of(view);
    return number && !number->is_nan() ? Sort::number : Sort::none;
  }
  if (view.kind() == Kind::inst && parse_inst(view.text()).ok()) return Sort::instant;
  return Sort::none;
}

std::strong_ordering order_of(View a, View b, Sort sort) {
  return sort == Sort::severity ? level_order(a, b) : total_order(a, b);
}

struct ExtremeState final : State {
  explicit ExtremeState(bool wants_greatest) : greatest(wants_greatest) {}

  Sort sort = Sort::none;
  Kind kind = Kind::nil;
  std::string text;
  Place place;    // of the record, for arg_*
  edn::Value of;  // its value, for arg_*
  bool greatest;

  // Whether a value of this sort at this place goes before what is held.
  bool is_better(View view, Sort of_sort, const Place& at) const {
    if (of_sort == Sort::none) return false;
    if (of_sort != sort) return of_sort > sort;
    edn::Node node{};
    node.kind = kind;
    node.text = text.data();
    node.length = static_cast<uint32_t>(text.size());
    const auto order = order_of(view, View(&node), sort);
    if (order != 0) return greatest ? order > 0 : order < 0;
    if (at != place) return at < place;
    return view.kind() != kind ? view.kind() < kind : view.text() < text;
  }

  void hold(View view, Sort of_sort, const Place& at) {
    sort = of_sort;
    kind = view.kind();
    text = view.text();
    place = at;
  }

  void merge(State& other, Memory&) override {
    auto& from = static_cast<ExtremeState&>(other);
    if (from.sort == Sort::none) return;
    edn::Node node{};
    node.kind = from.kind;
    node.text = from.text.data();
    node.length = static_cast<uint32_t>(from.text.size());
    if (!is_better(View(&node), from.sort, from.place)) return;
    hold(View(&node), from.sort, from.place);
    of = std::move(from.of);
  }
};

bool wants_greatest(Aggregate::Kind kind) {
  return kind == Aggregate::Kind::max || kind == Aggregate::Kind::arg_max;
}

class Extreme final : public Aggregator {
 public:
  explicit Extreme(const Aggregate& aggregate)
      : of_(*aggregate.of, Role::plain), greatest_(wants_greatest(aggregate.kind)) {}
  StatePtr make() const override { return std::make_unique<ExtremeState>(greatest_); }
  void add(State& state, const Entry& entry, Memory&) const override {
    auto& extreme = static_cast<ExtremeState&>(state);
    const auto offer = [&](View view) {
      const Sort sort = sort_of(view, of_.role());
      // Of equal values any will do but the same one each time: no place, the text decides.
      if (extreme.is_better(view, sort, {})) extreme.hold(view, sort, {});
      return false;
    };
    if (of_.role() == Role::timestamp) {
      of_.field()->any(entry, offer);
    } else {
      of_.any_view(entry, offer);
    }
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    const auto& extreme = static_cast<ExtremeState&>(state);
    if (extreme.sort == Sort::none) return out.nil();
    out.atom(extreme.kind, out.keep(extreme.text));
  }

 private:
  OperandReader of_;
  bool greatest_;
};

// The earliest of the records that share the extreme.
class ArgExtreme final : public Aggregator {
 public:
  explicit ArgExtreme(const Aggregate& aggregate)
      : of_(*aggregate.of, Role::plain),
        by_(*aggregate.by),
        greatest_(wants_greatest(aggregate.kind)) {}
  StatePtr make() const override { return std::make_unique<ExtremeState>(greatest_); }
  void add(State& state, const Entry& entry, Memory&) const override {
    auto& extreme = static_cast<ExtremeState&>(state);
    by_.any(entry, [&](View view) {
      const Sort sort = sort_of(view, by_.role());
      const Place place = place_of(entry);
      if (!extreme.is_better(view, sort, place)) return false;
      extreme.hold(view, sort, place);
      extreme.of = {};
      of_.any_view(entry, [&](View value) {
        extreme.of = edn::Value::from(value);
        return true;
      });
      return false;
    });
  }
  void finish(State& state, const Finish&, edn::Tape& out) const override {
    out.copy(static_cast<ExtremeState&>(state).of);
  }

 private:
  OperandReader of_;
  FieldReader by_;
  bool greatest_;
};

}  // namespace

AggregatorPtr make_extreme(const Aggregate& aggregate) {
  if (aggregate.by) return std::make_unique<ArgExtreme>(aggregate);
  return std::make_unique<Extreme>(aggregate);
}

}  // namespace clogs::query
