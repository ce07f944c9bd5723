// Lengths of time: "1h30m", [15 :minutes], #time/duration "PT15M", in nanoseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

// "90s", "1h30m", "1.5h"; units ns us ms s m h d w. Empty where it is not one or overflows.
std::optional<int64_t> duration_of_text(std::string_view text);
// ISO 8601 "PT15M", "P1DT12H", "P2W", with a fraction on the last part; months and years are not
// lengths. Empty where it is not one or overflows.
std::optional<int64_t> duration_of_iso(std::string_view text);

bool read_unit(Context& context, const edn::Value& value, Unit& out);
// ":minutes"
std::string_view unit_name(Unit unit);

// A length in nanoseconds, 0 or more.
bool read_duration(Context& context, const edn::Value& value, int64_t& out);

// A length by the clock or by the calendar: one of the two is 0.
struct Span {
  int64_t nanos = 0;
  int64_t months = 0;
};
// As read_duration, and [n :months] and [n :years] besides.
bool read_span(Context& context, const edn::Value& value, Span& out);
// `n` of `unit`, which stand at `at` and `at + 1` of `clause`.
bool read_span_parts(Context& context, const edn::Value& clause, size_t at, Span& out);

}  // namespace clogs::query::language
