// [:time-of-day "08:00" "18:00"] and [:day-of-week #{:mon :tue}], both of :timestamp in :tz.
#include <iterator>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "core/edn/printer.h"
#include "server/query/language/lexical.h"
#include "server/query/language/predicate.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr int64_t second_nanos = 1'000'000'000;
constexpr std::string_view days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::string_view long_days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};

std::optional<int64_t> two_digits(std::string_view text, size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' ||
      text[at + 1] > '9') {
    return std::nullopt;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// "08:00", "08:00:30", up to "24:00".
std::optional<int64_t> time_of_day(std::string_view text) {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  std::optional<int64_t> hour = two_digits(text, 0);
  std::optional<int64_t> minute = two_digits(text, 3);
  std::optional<int64_t> second = text.size() == 8 ? two_digits(text, 6) : 0;
  if (!hour || !minute || !second || text[2] != ':') return std::nullopt;
  if (text.size() == 8 && text[5] != ':') return std::nullopt;
  int64_t total = *hour * 3600 + *minute * 60 + *second;
  if (*minute > 59 || *second > 59 || total > 86'400) return std::nullopt;
  return total * second_nanos;
}

bool read_time_of_day(Context& context, const Arg& arg, int64_t& out) {
  At at(context, arg.step);
  std::string text;
  if (!read_string(context, *arg.value, text)) return false;
  std::optional<int64_t> nanos = time_of_day(text);
  if (!nanos) {
    return context.fail(
        "bad-time",
        fmt::format("expected a time of day such as \"08:30\", got {}", shown(*arg.value)),
        *arg.value);
  }
  out = *nanos;
  return true;
}

bool read_day(Context& context, const Value& value, uint8_t& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  std::optional<std::string_view> name = keyword_name(context, *it);
  if (!name) return context.wrong_type("a day of the week such as :mon", *it);
  for (size_t i = 0; i < std::size(days); ++i) {
    if (*name != days[i] && *name != long_days[i]) continue;
    out = static_cast<uint8_t>(out | (1U << i));
    return true;
  }
  return context.fail("bad-value", fmt::format("unknown day of the week {}", shown(*it)), *it,
                      suggest(*name, days));
}

bool read_days(Context& context, const Arg& arg, uint8_t& out) {
  At at(context, arg.step);
  const Value* it = bound(context, *arg.value);
  if (it == nullptr) return false;
  if (!it->is(Kind::set) && !it->is(Kind::vector)) {
    return context.wrong_type("a set of days such as #{:mon :tue}", *it);
  }
  for (size_t i = 0; i < it->size(); ++i) {
    At element(context, i);
    if (!read_day(context, (*it)[i], out)) return false;
  }
  return true;
}

}  // namespace

bool read_clock_clause(Context& context, const Clause& clause, Pred& out) {
  bool of_day = clause.op == "time-of-day";
  size_t takes = of_day ? 2 : 1;
  if (clause.args.size() != takes) {
    return context.wrong_arity(fmt::format(":{}", clause.op),
                               of_day ? "two times of day" : "a set of days", clause.args.size());
  }
  if (!of_day) {
    out.kind = Pred::Kind::day_of_week;
    return read_days(context, clause.args[0], out.days);
  }
  out.kind = Pred::Kind::time_of_day;
  bool fine = read_time_of_day(context, clause.args[0], out.from_nanos);
  return read_time_of_day(context, clause.args[1], out.to_nanos) && fine;
}

}  // namespace clogs::query::language
