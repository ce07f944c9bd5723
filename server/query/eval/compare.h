// Equality and order of the language between any two values (docs/query.md, "Comparing").
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "core/base/instant.h"
#include "core/edn/tape.h"
#include "core/record/level.h"
#include "server/query/eval/field.h"
#include "server/query/eval/number.h"

namespace clogs::query {

// A value with what comparing needs of it. Text is that of the view.
struct Operandum {
  edn::View view;
  edn::Kind kind = edn::Kind::nil;
  std::optional<Number> number;
  std::optional<Instant> instant;                      // an #inst; of a :timestamp also its text
  record::Severity severity = record::Severity::none;  // of a :level
  bool is_level = false;
  bool is_literal = false;
};

// `view` is not nil. Literals may be compared with text of another type (see equal()).
Operandum operandum(edn::View view, Role role, bool is_literal);

// :=. A number literal is equal to text that writes its value unless `strict_types`; an instant is
// equal to RFC 3339 text of the same point in time.
bool equal(const Operandum& a, const Operandum& b, bool strict_types);
// :<. Values of different types, and those without an order, are unordered.
std::partial_ordering compare(const Operandum& a, const Operandum& b);

// A total order over all values, for sorting: by type (booleans, numbers with NaN last, text,
// characters, instants, uuids, symbols, the rest), within a type by value. The views are not nil.
std::strong_ordering total_order(edn::View a, edn::View b);
// The same, by severity where both name one; those that name none come behind.
std::strong_ordering level_order(edn::View a, edn::View b);

}  // namespace clogs::query
