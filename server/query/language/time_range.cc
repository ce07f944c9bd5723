// The :time clause: ranges of moment.h.
#include <optional>

#include <fmt/core.h>

#include "server/query/language/duration.h"
#include "server/query/language/lexical.h"
#include "server/query/language/moment.h"
#include "server/query/language/names.h"
#include "server/query/language/suggest.h"
#include "server/query/language/time.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;
using Step = Moment::Step;

constexpr std::string_view range_heads[] = {"last", "since", "until", "range"};
constexpr std::string_view range_keys[] = {"from", "to"};
constexpr std::string_view moment_words[] = {"ago", "now", "start-of", "+", "-"};

Moment now_minus(int64_t nanos) {
  Moment moment;
  moment.relative = true;
  if (nanos != 0) moment.steps.push_back({Step::Kind::add_nanos, -nanos, Unit::nanosecond});
  return moment;
}

bool set_last(Context& context, int64_t nanos, const Value& got, TimeRange& out) {
  if (nanos <= 0) return context.fail("bad-time", "the last nothing holds no records", got);
  out.from = now_minus(nanos);
  out.to = now_minus(0);
  return true;
}

bool read_last(Context& context, const Value& clause, TimeRange& out) {
  if (clause.size() == 3) {
    Span span;
    if (!read_span_parts(context, clause, 1, span)) return false;
    if (span.months != 0) {
      At at(context, size_t{2});
      return context.fail("bad-time",
                          "months and years have no fixed length; use [:since [:ago 1 :months]]",
                          clause[2]);
    }
    return set_last(context, span.nanos, clause, out);
  }
  if (clause.size() != 2) {
    return context.wrong_arity(":last", "a duration or a number and a unit", clause.size() - 1);
  }
  At at(context, size_t{1});
  int64_t nanos = 0;
  return read_duration(context, clause[1], nanos) && set_last(context, nanos, clause[1], out);
}

bool read_end(Context& context, const Value& value, Value step, std::optional<Moment>& out) {
  At at(context, std::move(step));
  return read_moment(context, value, out.emplace());
}

bool read_pair(Context& context, const Value& clause, size_t first, TimeRange& out) {
  bool from =
      read_end(context, clause[first], Value::integer(static_cast<int64_t>(first)), out.from);
  bool to =
      read_end(context, clause[first + 1], Value::integer(static_cast<int64_t>(first + 1)), out.to);
  return from && to;
}

bool read_vector(Context& context, const Value& clause, TimeRange& out) {
  if (clause.size() == 0) return context.fail("wrong-arity", "the time is an empty vector", clause);
  std::optional<std::string_view> head = head_of(context, clause);
  if (head == "last") return read_last(context, clause, out);
  if (head == "since" || head == "until") {
    if (clause.size() != 2) {
      return context.wrong_arity(fmt::format(":{}", *head), "one time", clause.size() - 1);
    }
    return read_end(context, clause[1], Value::integer(1), head == "since" ? out.from : out.to);
  }
  if (head == "range") {
    if (clause.size() != 3) return context.wrong_arity(":range", "two times", clause.size() - 1);
    return read_pair(context, clause, 1, out);
  }
  bool is_pair = clause.size() == 2 && !clause[0].is(Kind::keyword);
  if (is_pair) return read_pair(context, clause, 0, out);
  if (!head) {
    return context.fail("wrong-arity", "a time range as a vector holds two times", clause);
  }
  At at(context, size_t{0});
  if (is_one_of(*head, moment_words)) {
    return context.fail("bad-time",
                        fmt::format("[:{} ..] is one point in time, not a range", *head), clause[0],
                        {Value::vector({Value::keyword("since"), clause})});
  }
  return context.fail("unknown-operator", fmt::format("unknown time range :{}", *head), clause[0],
                      suggest(*head, range_heads));
}

bool read_map(Context& context, const Value& map, TimeRange& out) {
  if (!check_keys(context, map, ":time", range_keys)) return false;
  const Value* from = entry(context, map, "from");
  const Value* to = entry(context, map, "to");
  bool fine = from == nullptr || read_end(context, *from, Value::keyword("from"), out.from);
  return (to == nullptr || read_end(context, *to, Value::keyword("to"), out.to)) && fine;
}

bool check_order(Context& context, const Value& got, const TimeRange& range) {
  // An absolute and a relative end may come in either order, depending on when the query runs.
  if (!range.from || !range.to || range.from->relative != range.to->relative) return true;
  Result<int64_t> from = resolve(*range.from, context.tz, context.now_nanos);
  Result<int64_t> to = resolve(*range.to, context.tz, context.now_nanos);
  if (!from.ok() || !to.ok() || *from <= *to) return true;
  return context.fail("bad-time", "the time range ends before it begins", got);
}

}  // namespace

bool read_time(Context& context, const Value& value, TimeRange& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  out = TimeRange{};
  if (keyword_name(context, *it) == "all") return true;
  bool fine = false;
  switch (it->kind()) {
    case Kind::map:
      fine = read_map(context, *it, out);
      break;
    case Kind::vector:
      fine = read_vector(context, *it, out);
      break;
    case Kind::string:
    case Kind::tagged: {
      int64_t nanos = 0;
      fine = read_duration(context, *it, nanos) && set_last(context, nanos, *it, out);
      break;
    }
    case Kind::inst:
      return context.fail("bad-time", "one point in time is not a range", *it,
                          {Value::vector({Value::keyword("since"), *it})});
    case Kind::keyword:
      return context.fail("bad-time", fmt::format("unknown time range {}", shown(*it)), *it,
                          {Value::keyword("all")});
    default:
      return context.wrong_type("a time range such as \"15m\" or [:last 15 :minutes]", *it);
  }
  return fine && check_order(context, *it, out);
}

Value time_value(const TimeRange& time) {
  bool ends_now = time.to && time.to->relative && time.to->steps.empty();
  if (ends_now && time.from && time.from->relative && time.from->steps.size() == 1) {
    const Step& step = time.from->steps[0];
    if (step.kind == Step::Kind::add_nanos && step.n < 0) {
      return Value::vector(
          {Value::keyword("last"), Value::integer(-step.n), Value::keyword("nanoseconds")});
    }
  }
  Value out = Value::map();
  if (time.from) out.set_key("from", moment_value(*time.from));
  if (time.to) out.set_key("to", moment_value(*time.to));
  return out;
}

}  // namespace clogs::query::language
