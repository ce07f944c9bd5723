#include "server/query/format/trailer.h"

#include <cmath>

#include "core/edn/reader.h"

namespace clogs::query {
namespace {

using edn::Value;

Value integer(uint64_t value) { return Value::integer(static_cast<int64_t>(value)); }

Value text_or_nil(const std::string& text) {
  return text.empty() ? Value::nil() : Value::string(text);
}

Value total_of(const Trailer& trailer) {
  if (!trailer.total) return Value::nil();
  return Value::map_of({{"value", integer(*trailer.total)},
                        {"relation", Value::keyword(trailer.total_exact ? "eq" : "gte")}});
}

Value query_of(const Header& header) {
  Result<Value> canonical = edn::read_value(header.canonical);
  return Value::map_of(
      {{"hash", Value::string(header.hash)},
       {"canonical", canonical.ok() ? *std::move(canonical) : Value::string(header.canonical)}});
}

}  // namespace

Value trailer_value(const Header& header, const Trailer& trailer) {
  Value approx = Value::set({});
  for (const std::string& column : trailer.approx) approx.push_back(Value::keyword(column));
  Value warnings = Value::vector({});
  for (const std::string& warning : trailer.warnings) warnings.push_back(Value::string(warning));
  // Microseconds are enough of a duration that nobody repeats to the digit.
  const double took_ms = std::round(trailer.took_ms * 1000) / 1000;
  return Value::map_of(
      {{"count", integer(trailer.count)},
       {"total-count", total_of(trailer)},
       {"next", text_or_nil(trailer.next)},
       {"prev", text_or_nil(trailer.prev)},
       {"approx", std::move(approx)},
       {"partial", Value::boolean(trailer.partial)},
       {"warnings", std::move(warnings)},
       {"query", query_of(header)},
       {"snapshot", Value::map_of({{"as-of", Value::inst_nanos(trailer.as_of_nanos)},
                                   {"files", integer(trailer.files)},
                                   {"digest", text_or_nil(trailer.digest)}})},
       {"stats", Value::map_of({{"scanned-bytes", integer(trailer.scanned_bytes)},
                                {"scanned-rows", integer(trailer.scanned_rows)},
                                {"took-ms", Value::floating(took_ms)}})}});
}

}  // namespace clogs::query
