#include "server/query/language/source.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/core.h>

#include "server/query/language/lexical.h"
#include "server/query/language/names.h"
#include "server/query/language/predicate.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr std::string_view source_keys[] = {"stream", "file", "archive"};
constexpr std::string_view query_keys[] = {"where",        "select", "time", "from",
                                           "aggregations", "find",   "pipe"};

bool read_map(Context& context, const Value& map, Query& out) {
  for (std::string_view key : query_keys) {
    if (entry(context, map, key) != nullptr) return context.not_implemented("a query in :from");
  }
  for (std::string_view key : {"file", "archive"}) {
    if (entry(context, map, key) == nullptr) continue;
    At at(context, Value::keyword(key));
    return context.not_implemented(fmt::format("{{:{} ..}} as a source", key));
  }
  if (!check_keys(context, map, ":from", source_keys)) return false;
  const Value* stream = entry(context, map, "stream");
  if (stream == nullptr) return context.wrong_type("a stream or streams", map);
  At at(context, "stream");
  if (!stream->is(Kind::map)) return context.wrong_type("a map {field value}", *stream);
  Pred pred;
  if (!read_predicate(context, *stream, pred)) return false;
  out.where = both(std::move(pred), std::move(out.where));
  return true;
}

}  // namespace

bool read_source(Context& context, const Value& value, Query& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  if (it->is(Kind::map)) return read_map(context, *it, out);
  if (!it->is(Kind::vector)) return read_name(context, *it, out.from.emplace_back());
  if (it->size() == 0) return context.fail("wrong-arity", ":from names no stream", *it);
  for (size_t i = 0; i < it->size(); ++i) {
    At at(context, i);
    const Value* element = bound(context, (*it)[i]);
    if (element == nullptr) return false;
    if (!read_name(context, *element, out.from.emplace_back())) return false;
  }
  std::sort(out.from.begin(), out.from.end());
  out.from.erase(std::unique(out.from.begin(), out.from.end()), out.from.end());
  return true;
}

}  // namespace clogs::query::language
