#include "server/query/language/moment.h"

#include <limits>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "core/base/instant.h"
#include "core/edn/tape.h"
#include "core/record/record.h"
#include "server/query/language/duration.h"
#include "server/query/language/lexical.h"
#include "server/query/language/suggest.h"
#include "server/query/language/time.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;
using Step = Moment::Step;

constexpr std::string_view moment_heads[] = {"now", "ago", "start-of", "+", "-"};

// Appends a step, melting additions of the same kind into one.
bool add_step(Context& context, Step step, const Value& got, Moment& moment) {
  if (!moment.steps.empty() && step.kind != Step::Kind::start_of &&
      moment.steps.back().kind == step.kind) {
    if (__builtin_add_overflow(moment.steps.back().n, step.n, &step.n)) {
      return context.fail("bad-time", "the time is over 292 years away", got);
    }
    moment.steps.pop_back();
  }
  if (step.n == std::numeric_limits<int64_t>::min()) {
    return context.fail("bad-time", "the time is over 292 years away", got);
  }
  if (step.kind == Step::Kind::start_of || step.n != 0) moment.steps.push_back(step);
  return true;
}

bool add_span(Context& context, const Span& span, int sign, const Value& got, Moment& moment) {
  Step step;
  step.kind = span.months != 0 ? Step::Kind::add_months : Step::Kind::add_nanos;
  step.n = sign * (span.months != 0 ? span.months : span.nanos);
  return add_step(context, step, got, moment);
}

// An absolute moment loses its steps; a relative one is tried, so that run time holds no surprise.
bool settle(Context& context, const Value& got, Moment& moment) {
  Result<int64_t> nanos = resolve(moment, context.tz, context.now_nanos);
  if (!nanos.ok()) return context.fail("bad-time", nanos.status().message(), got);
  if (!moment.relative) {
    moment.nanos = *nanos;
    moment.steps.clear();
  }
  return true;
}

struct UnitLetter {
  char letter;
  Unit unit;
};
constexpr UnitLetter unit_letters[] = {{'s', Unit::second}, {'m', Unit::minute}, {'h', Unit::hour},
                                       {'d', Unit::day},    {'w', Unit::week},   {'M', Unit::month},
                                       {'y', Unit::year}};

std::optional<Unit> unit_of_letter(std::string_view text) {
  if (text.size() != 1) return std::nullopt;
  for (const UnitLetter& it : unit_letters) {
    if (it.letter == text[0]) return it.unit;
  }
  return std::nullopt;
}

// "1d", "1h30m", "2M", "1y"
std::optional<Span> span_of_text(std::string_view text) {
  if (std::optional<int64_t> nanos = duration_of_text(text)) return Span{*nanos, 0};
  if (text.size() < 2 || text.size() > 6) return std::nullopt;
  int64_t n = 0;
  for (char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    n = n * 10 + (c - '0');
  }
  std::optional<Unit> unit = unit_of_letter(text.substr(text.size() - 1));
  if (unit == Unit::month) return Span{0, n};
  if (unit == Unit::year) return Span{0, 12 * n};
  return std::nullopt;
}

// What follows "now": (+dur | -dur | /unit)*
bool read_now_expression(Context& context, const Value& value, Moment& out) {
  std::string_view text = std::string_view(value.text()).substr(3);
  out.relative = true;
  while (!text.empty()) {
    char operation = text[0];
    size_t end = text.find_first_of("+-/", 1);
    std::string_view part = text.substr(1, end == text.npos ? text.npos : end - 1);
    text = end == text.npos ? std::string_view() : text.substr(end);
    std::optional<Unit> unit = operation == '/' ? unit_of_letter(part) : std::nullopt;
    std::optional<Span> span = operation == '/' ? std::nullopt : span_of_text(part);
    if (unit) {
      if (!add_step(context, {Step::Kind::start_of, 0, *unit}, value, out)) return false;
    } else if (span && (operation == '+' || operation == '-')) {
      if (!add_span(context, *span, operation == '-' ? -1 : 1, value, out)) return false;
    } else {
      return context.fail(
          "bad-time",
          fmt::format("expected a time such as \"now-15m\" or \"now-1d/d\", got {}", shown(value)),
          value);
    }
  }
  return true;
}

bool read_text(Context& context, const Value& value, Moment& out) {
  if (value.text().starts_with("now")) return read_now_expression(context, value, out);
  Result<Instant> instant = parse_rfc3339(value.text());
  std::optional<int64_t> nanos = instant.ok() ? instant->to_nanos() : std::nullopt;
  if (!nanos) {
    return context.fail(
        "bad-time",
        fmt::format("expected a time such as \"2026-11-23T09:00:00Z\" or \"now-15m\", got {}",
                    shown(value)),
        value);
  }
  out.nanos = *nanos;
  return true;
}

bool read_number_or_inst(Context& context, const Value& value, Moment& out) {
  edn::Tape tape;
  tape.copy(value);
  Result<int64_t> nanos = record::timestamp_nanos(tape.root());
  if (!nanos.ok()) {
    return context.fail("bad-time", fmt::format("{} is no time within 1970 to 2262", shown(value)),
                        value);
  }
  out.nanos = *nanos;
  return true;
}

bool read_ago(Context& context, const Value& clause, Moment& out) {
  out.relative = true;
  Span span;
  if (clause.size() == 3) {
    return read_span_parts(context, clause, 1, span) && add_span(context, span, -1, clause, out);
  }
  if (clause.size() != 2) {
    return context.wrong_arity(":ago", "a duration or a number and a unit", clause.size() - 1);
  }
  At at(context, size_t{1});
  return read_span(context, clause[1], span) && add_span(context, span, -1, clause, out);
}

bool read_start_of(Context& context, const Value& clause, Moment& out) {
  if (clause.size() != 2 && clause.size() != 3) {
    return context.wrong_arity(":start-of", "a unit and perhaps a time", clause.size() - 1);
  }
  Step step;
  step.kind = Step::Kind::start_of;
  {
    At at(context, size_t{1});
    if (!read_unit(context, clause[1], step.unit)) return false;
  }
  out.relative = clause.size() == 2;
  if (clause.size() == 3) {
    At at(context, size_t{2});
    if (!read_moment(context, clause[2], out)) return false;
  }
  return add_step(context, step, clause, out);
}

bool read_shifted(Context& context, std::string_view head, const Value& clause, Moment& out) {
  if (clause.size() != 3) {
    return context.wrong_arity(fmt::format(":{}", head), "a time and a duration",
                               clause.size() - 1);
  }
  {
    At at(context, size_t{1});
    if (!read_moment(context, clause[1], out)) return false;
  }
  At at(context, size_t{2});
  Span span;
  return read_span(context, clause[2], span) &&
         add_span(context, span, head == "-" ? -1 : 1, clause, out);
}

bool read_clause(Context& context, const Value& clause, Moment& out) {
  std::optional<std::string_view> head = head_of(context, clause);
  if (head == "now" && clause.size() == 1) {
    out.relative = true;
    return true;
  }
  if (head == "ago") return read_ago(context, clause, out);
  if (head == "start-of") return read_start_of(context, clause, out);
  if (head == "+" || head == "-") return read_shifted(context, *head, clause, out);
  if (head == "now") return context.wrong_arity(":now", "nothing", clause.size() - 1);
  if (!head) return context.wrong_type("a time", clause);
  At at(context, size_t{0});
  return context.fail("unknown-operator", fmt::format("unknown time :{}", *head), clause[0],
                      suggest(*head, moment_heads));
}

}  // namespace

bool read_moment(Context& context, const Value& value, Moment& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  out = Moment{};
  bool fine = false;
  switch (it->kind()) {
    case Kind::string:
      fine = read_text(context, *it, out);
      break;
    case Kind::vector:
      fine = read_clause(context, *it, out);
      break;
    case Kind::inst: {
      Result<Instant> instant = parse_inst(it->text());
      std::optional<int64_t> nanos = instant.ok() ? instant->to_nanos() : std::nullopt;
      if (!nanos) return context.fail("bad-time", "the time is outside 1677 to 2262", *it);
      out.nanos = *nanos;
      return true;
    }
    case Kind::keyword:
      if (it->text() == "now") {
        return context.fail("bad-time", "a bare :now is no time", *it,
                            {Value::vector({*it}), Value::string("now")});
      }
      return context.wrong_type("a time", *it);
    default:
      if (!edn::is_number(it->kind())) return context.wrong_type("a time", *it);
      fine = read_number_or_inst(context, *it, out);
  }
  return fine && settle(context, *it, out);
}

namespace {

Value amount(int64_t n, bool months) {
  return Value::vector({Value::integer(n), Value::keyword(months ? "months" : "nanoseconds")});
}

}  // namespace

Value moment_value(const Moment& moment) {
  if (!moment.relative) return Value::inst_nanos(moment.nanos);
  Value out = Value::vector({Value::keyword("now")});
  bool first = true;
  for (const Step& step : moment.steps) {
    bool months = step.kind == Step::Kind::add_months;
    if (step.kind == Step::Kind::start_of) {
      std::string_view unit = unit_name(step.unit);
      out = Value::vector({Value::keyword("start-of"),
                           Value::keyword(unit.substr(0, unit.size() - 1)), std::move(out)});
    } else if (first && step.n < 0) {
      Value size = amount(-step.n, months);
      out = Value::vector({Value::keyword("ago"), size[0], size[1]});
    } else {
      out = Value::vector({Value::keyword(step.n < 0 ? "-" : "+"), std::move(out),
                           amount(step.n < 0 ? -step.n : step.n, months)});
    }
    first = false;
  }
  return out;
}

}  // namespace clogs::query::language
