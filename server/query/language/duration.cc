#include "server/query/language/duration.h"

#include <iterator>
#include <limits>

#include <fmt/core.h>

#include "server/query/language/lexical.h"
#include "server/query/language/suggest.h"
#include "server/query/language/time.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr std::string_view unit_names[] = {"nanoseconds", "microseconds", "milliseconds", "seconds",
                                           "minutes",     "hours",        "days",         "weeks",
                                           "months",      "years"};
// Billionths of a unit need more than 64 bits.
__extension__ typedef __int128 Wide;

constexpr int64_t second = 1'000'000'000;
constexpr int64_t day = 86'400 * second;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number with at most nine fraction digits, in billionths; moves `text` behind it.
std::optional<Wide> take_number(std::string_view& text) {
  size_t at = 0;
  Wide value = 0;
  while (at < text.size() && is_digit(text[at]) && at < 19) value = value * 10 + (text[at++] - '0');
  if (at == 0) return std::nullopt;
  int fraction = -1;
  if (at < text.size() && text[at] == '.') {
    fraction = 0;
    for (++at; at < text.size() && is_digit(text[at]) && fraction < 9; ++fraction) {
      value = value * 10 + (text[at++] - '0');
    }
    if (fraction == 0) return std::nullopt;
  }
  for (int i = fraction < 0 ? 0 : fraction; i < 9; ++i) value *= 10;
  text.remove_prefix(at);
  return value;
}

struct Suffix {
  std::string_view text;
  int64_t nanos;
};
// Longer ones first where one begins another.
constexpr Suffix suffixes[] = {
    {"ns", 1},          {"us", 1'000},        {"µs", 1'000}, {"ms", 1'000'000}, {"s", second},
    {"m", 60 * second}, {"h", 3600 * second}, {"d", day},    {"w", 7 * day}};

bool add(Wide billionths, int64_t unit, Wide& total) {
  Wide product = 0;
  if (__builtin_mul_overflow(billionths, Wide(unit), &product)) return false;
  total += product / second;
  return total <= std::numeric_limits<int64_t>::max();
}

bool bad(Context& context, const Value& got) {
  return context.fail(
      "bad-time",
      fmt::format("expected a duration such as \"15m\" or [15 :minutes], got {}", shown(got)), got);
}

bool multiply(Context& context, int64_t n, int64_t by, const Value& got, int64_t& out) {
  if (__builtin_mul_overflow(n, by, &out)) {
    return context.fail("bad-time", "the duration is over 292 years", got);
  }
  return true;
}

}  // namespace

std::optional<int64_t> duration_of_text(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Wide total = 0;
  while (!text.empty()) {
    std::optional<Wide> number = take_number(text);
    if (!number) return std::nullopt;
    const Suffix* found = nullptr;
    for (const Suffix& suffix : suffixes) {
      if (found == nullptr && text.starts_with(suffix.text)) found = &suffix;
    }
    if (found == nullptr) return std::nullopt;
    text.remove_prefix(found->text.size());
    if (!add(*number, found->nanos, total)) return std::nullopt;
  }
  return static_cast<int64_t>(total);
}

std::optional<int64_t> duration_of_iso(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  text.remove_prefix(1);
  constexpr Suffix date_parts[] = {{"W", 7 * day}, {"D", day}};
  constexpr Suffix time_parts[] = {{"H", 3600 * second}, {"M", 60 * second}, {"S", second}};
  Wide total = 0;
  bool in_time = false;
  bool any = false;
  while (!text.empty()) {
    if (text[0] == 'T' && !in_time) {
      in_time = true;
      any = false;
      text.remove_prefix(1);
      continue;
    }
    std::optional<Wide> number = take_number(text);
    if (!number || text.empty()) return std::nullopt;
    int64_t unit = 0;
    for (const Suffix& part :
         in_time ? std::span<const Suffix>(time_parts) : std::span<const Suffix>(date_parts)) {
      if (part.text[0] == text[0]) unit = part.nanos;
    }
    if (unit == 0 || !add(*number, unit, total)) return std::nullopt;
    text.remove_prefix(1);
    any = true;
  }
  return any ? std::optional<int64_t>(static_cast<int64_t>(total)) : std::nullopt;
}

bool read_unit(Context& context, const Value& value, Unit& out) {
  std::optional<std::string_view> name = keyword_name(context, value);
  if (!name) return context.wrong_type("a unit of time such as :minutes", value);
  for (size_t i = 0; i < std::size(unit_names); ++i) {
    if (*name != unit_names[i] && *name != unit_names[i].substr(0, unit_names[i].size() - 1)) {
      continue;
    }
    out = static_cast<Unit>(i);
    return true;
  }
  return context.fail("bad-time", fmt::format("unknown unit of time :{}", *name), value,
                      suggest(*name, unit_names));
}

std::string_view unit_name(Unit unit) { return unit_names[static_cast<size_t>(unit)]; }

bool read_span_parts(Context& context, const Value& clause, size_t at, Span& out) {
  int64_t n = 0;
  Unit unit = Unit::second;
  {
    At where(context, at);
    constexpr int64_t most = std::numeric_limits<int64_t>::max();
    if (!read_int(context, clause[at], 0, most, n)) return false;
  }
  At where(context, at + 1);
  if (!read_unit(context, clause[at + 1], unit)) return false;
  if (unit == Unit::month) return multiply(context, n, 1, clause, out.months);
  if (unit == Unit::year) return multiply(context, n, 12, clause, out.months);
  return multiply(context, n, unit_nanos(unit), clause, out.nanos);
}

bool read_span(Context& context, const Value& value, Span& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  std::optional<int64_t> nanos;
  if (it->is(Kind::string)) {
    nanos = duration_of_text(it->text());
  } else if (it->is(Kind::tagged) && it->text() == "time/duration" && (*it)[0].is(Kind::string)) {
    nanos = duration_of_iso((*it)[0].text());
  } else if (it->is(Kind::vector) && it->size() == 2) {
    return read_span_parts(context, *it, 0, out);
  }
  if (!nanos) return bad(context, *it);
  out.nanos = *nanos;
  return true;
}

bool read_duration(Context& context, const Value& value, int64_t& out) {
  Span span;
  if (!read_span(context, value, span)) return false;
  if (span.months != 0) {
    return context.fail("bad-time", "months and years have no fixed length; use weeks or days here",
                        value);
  }
  out = span.nanos;
  return true;
}

}  // namespace clogs::query::language
