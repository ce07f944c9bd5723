#include "server/query/eval/compare.h"

#include <string>

#include "core/record/record.h"
#include "server/query/eval/key.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;
using record::Severity;

bool is_text(Kind kind) { return kind == Kind::string || kind == Kind::keyword; }

std::optional<Instant> instant_in(std::string_view text) {
  Result<Instant> instant = parse_rfc3339(text);
  if (!instant.ok()) return std::nullopt;
  return *instant;
}

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// Cheaper than a failed parse: "2026-11-23T10:00:00Z" begins with a digit and has a dash at 4.
bool may_be_instant(std::string_view text) {
  return text.size() >= 20 && text.size() <= 40 && is_ascii_digit(text[0]) && text[4] == '-';
}

// The instant of `value` when it meets one: its own, or what its text says.
std::optional<Instant> as_instant(const Operandum& value) {
  if (value.instant) return value.instant;
  if (!is_text(value.kind) || !may_be_instant(value.view.text())) return std::nullopt;
  return instant_in(value.view.text());
}

bool number_equals_text(const Operandum& number, const Operandum& text) {
  if (!number.is_literal || !is_text(text.kind)) return false;
  const auto parsed = number_in_text(text.view.text());
  return parsed && equal(*number.number, *parsed);
}

int type_rank(Kind kind) {
  switch (kind) {
    case Kind::nil:
      return 0;
    case Kind::boolean:
      return 1;
    case Kind::integer:
    case Kind::big_integer:
    case Kind::floating:
    case Kind::decimal:
    case Kind::ratio:
      return 2;
    case Kind::string:
    case Kind::keyword:
      return 3;
    case Kind::character:
      return 4;
    case Kind::inst:
      return 5;
    case Kind::uuid:
      return 6;
    case Kind::symbol:
      return 7;
    default:
      return 8;
  }
}

std::strong_ordering order_numbers(View a, View b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (!left || !right) return left.has_value() <=> right.has_value();
  const std::partial_ordering order = compare(*left, *right);
  if (order == std::partial_ordering::unordered) return left->is_nan() <=> right->is_nan();
  if (order == 0) return std::strong_ordering::equal;
  return order < 0 ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::strong_ordering order_instants(View a, View b) {
  const Result<Instant> left = parse_inst(a.text());
  const Result<Instant> right = parse_inst(b.text());
  if (left.ok() && right.ok()) return *left <=> *right;
  if (left.ok() != right.ok()) return left.ok() <=> right.ok();
  return a.text().compare(b.text()) <=> 0;
}

}  // namespace

Operandum operandum(View view, Role role, bool is_literal) {
  Operandum value;
  value.view = view;
  value.kind = view.kind();
  value.is_literal = is_literal;
  if (edn::is_number(value.kind)) value.number = number_of(view);
  if (value.kind == Kind::inst) {
    Result<Instant> instant = parse_inst(view.text());
    if (instant.ok()) value.instant = *instant;
  }
  value.is_level = role == Role::level;
  if (value.is_level) value.severity = record::severity_of(view);
  if (role == Role::timestamp && is_text(value.kind)) value.instant = instant_in(view.text());
  if (role == Role::timestamp && is_literal && value.number) {
    // A constant beside :timestamp may be an epoch number, as in records.
    if (Result<int64_t> nanos = record::timestamp_nanos(view); nanos.ok()) {
      value.instant = Instant::from_nanos(*nanos);
      value.number.reset();
    }
  }
  return value;
}

bool equal(const Operandum& a, const Operandum& b, bool strict_types) {
  if (a.severity != Severity::none && b.severity != Severity::none) return a.severity == b.severity;
  if (is_text(a.kind) && is_text(b.kind) && !(a.instant && b.instant)) {
    return a.view.text() == b.view.text();
  }
  if (a.number && b.number) return equal(*a.number, *b.number);
  if (a.number || b.number) {
    if (strict_types) return false;
    return a.number ? number_equals_text(a, b) : number_equals_text(b, a);
  }
  if (a.instant || b.instant) {
    const auto left = as_instant(a);
    const auto right = as_instant(b);
    return left && right && *left == *right;
  }
  if (type_rank(a.kind) != type_rank(b.kind)) return false;
  if (a.kind == Kind::boolean) return a.view.truth() == b.view.truth();
  return key_of(a.view) == key_of(b.view);
}

std::partial_ordering compare(const Operandum& a, const Operandum& b) {
  constexpr auto unordered = std::partial_ordering::unordered;
  if (a.is_level || b.is_level) {
    if (a.severity == Severity::none || b.severity == Severity::none) return unordered;
    return a.severity <=> b.severity;
  }
  if (a.number && b.number) return compare(*a.number, *b.number);
  if (a.instant || b.instant) {
    const auto left = as_instant(a);
    const auto right = as_instant(b);
    if (!left || !right) return unordered;
    return *left <=> *right;
  }
  if (is_text(a.kind) && is_text(b.kind)) return a.view.text().compare(b.view.text()) <=> 0;
  if (a.kind != b.kind) return unordered;
  switch (a.kind) {
    case Kind::boolean:
    case Kind::character:
    case Kind::uuid:
    case Kind::symbol:
      return total_order(a.view, b.view);
    default:
      return unordered;
  }
}

std::strong_ordering total_order(View a, View b) {
  const int rank = type_rank(a.kind());
  if (auto order = rank <=> type_rank(b.kind()); order != 0) return order;
  switch (rank) {
    case 0:
      return std::strong_ordering::equal;
    case 1:
      return a.truth() <=> b.truth();
    case 2:
      return order_numbers(a, b);
    case 5:
      return order_instants(a, b);
    case 6:
    case 8:
      return key_of(a).compare(key_of(b)) <=> 0;
    default:
      return a.text().compare(b.text()) <=> 0;
  }
}

std::strong_ordering level_order(View a, View b) {
  const Severity left = record::severity_of(a);
  const Severity right = record::severity_of(b);
  if (left == Severity::none && right == Severity::none) return total_order(a, b);
  if (left == Severity::none) return std::strong_ordering::greater;
  if (right == Severity::none) return std::strong_ordering::less;
  if (left != right) return left <=> right;
  return std::strong_ordering::equal;
}

}  // namespace clogs::query
