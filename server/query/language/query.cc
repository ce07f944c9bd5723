#include "server/query/language/query.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "server/query/language/aggregate.h"
#include "server/query/language/columns.h"
#include "server/query/language/group.h"
#include "server/query/language/lexical.h"
#include "server/query/language/limits.h"
#include "server/query/language/moment.h"
#include "server/query/language/pipe.h"
#include "server/query/language/predicate.h"
#include "server/query/language/result_shape.h"
#include "server/query/language/run_options.h"
#include "server/query/language/source.h"
#include "server/query/language/time.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr int64_t language_version = 1;

constexpr std::string_view query_keys[] = {
    "v",        "from",    "time",   "as-of",     "tz",           "let",    "params",
    "where",    "compute", "pipe",   "group-by",  "aggregations", "having", "distinct",
    "order-by", "limit",   "offset", "after",     "before",       "select", "options",
    "doc",      "id",      "find",   "aggregate", "sort"};

struct Alias {
  std::string_view said;
  std::string_view meant;
};
constexpr Alias aliases[] = {
    {"find", "select"}, {"aggregate", "aggregations"}, {"sort", "order-by"}};

std::string_view meant_by(std::string_view key) {
  for (const Alias& alias : aliases) {
    if (alias.said == key) return alias.meant;
  }
  return key;
}

// Depth and size, on the way in, so that nothing behind recurses without bound.
bool check_size(Context& context, const Value& value, size_t depth) {
  if (!edn::is_collection(value.kind()) && !value.is(Kind::tagged)) return true;
  if (depth > max_query_depth) {
    return context.fail("too-deep",
                        fmt::format("collections are nested deeper than {}", max_query_depth));
  }
  if (value.size() > max_query_elements) {
    return context.fail(
        "too-large", fmt::format("a collection has {} elements, over the limit of {}", value.size(),
                                 max_query_elements));
  }
  bool is_map = value.is(Kind::map);
  for (size_t i = 0; i < value.items().size(); ++i) {
    At at(context, is_map ? value[i - i % 2] : Value::integer(static_cast<int64_t>(i)));
    if (!check_size(context, value[i], depth + 1)) return false;
  }
  return true;
}

bool read_params(Context& context, const Value& value) {
  if (!value.is(Kind::map)) return context.wrong_type("a map of parameters", value);
  bool fine = true;
  for (size_t i = 0; i < value.items().size(); i += 2) {
    At at(context, value[i]);
    std::string_view name = value[i].text();
    bool named = is_param(value[i]) || keyword_name(context, value[i]);
    while (!name.empty() && (name[0] == '?' || (name[0] == ':' && context.json))) {
      name.remove_prefix(1);
    }
    if (!named || name.empty()) {
      fine = context.fail_key("wrong-type", "a parameter is named by ?name or :name", value[i]);
      continue;
    }
    bool given = std::any_of(context.params.begin(), context.params.end(),
                             [&](const auto& param) { return param.first == name; });
    if (!given) context.params.emplace_back(name, value[i + 1]);
  }
  return fine;
}

bool read_version(Context& context, const Value& value) {
  int64_t version = 0;
  return read_int(context, value, language_version, language_version, version);
}

bool read_zone(Context& context, const Value& value, Query& out) {
  if (!read_string(context, value, out.tz)) return false;
  if (!is_time_zone(out.tz)) {
    At here(context, Value());
    std::string said = std::exchange(out.tz, "UTC");
    return context.fail("bad-time", fmt::format("unknown time zone \"{}\"", said), value);
  }
  context.tz = out.tz;
  return true;
}

bool read_cursor(Context& context, const Value& value, std::string& out) {
  if (!read_string(context, value, out)) return false;
  if (!out.empty() && out.size() <= max_cursor_bytes) return true;
  return context.fail("bad-cursor", "that is no cursor of ours; take :next or :prev of an answer",
                      out.empty() ? value : Value());
}

bool read_doc(Context& context, const Value& value, bool is_id) {
  if (!is_id) return value.is(Kind::string) || context.wrong_type("a string", value);
  return keyword_name(context, value) || context.wrong_type("a keyword", value);
}

// What the flat keys say, for what depends on more than one of them.
struct Flat {
  const Value* pipe = nullptr;
  bool limited = false;
  int earliest_stage = static_cast<int>(Stage::select) + 1;

  void fills(Stage stage) { earliest_stage = std::min(earliest_stage, static_cast<int>(stage)); }
};

bool read_shape_key(Context& context, std::string_view key, const Value& value, Flat& flat,
                    Query& out) {
  if (key == "group-by") {
    flat.fills(Stage::aggregate);
    return read_groups(context, value, out.groups);
  }
  if (key == "aggregations") {
    flat.fills(Stage::aggregate);
    return read_aggregates(context, value, out.aggregates);
  }
  if (key == "having") {
    flat.fills(Stage::having);
    return read_predicate(context, value, out.having);
  }
  if (key == "distinct") {
    flat.fills(Stage::distinct);
    return read_distinct(context, value, out.distinct);
  }
  if (key == "order-by") {
    flat.fills(Stage::sort);
    return read_orders(context, value, out.order);
  }
  if (key == "limit") {
    flat.fills(Stage::limit);
    flat.limited = true;
    return read_limit(context, value, out.limit);
  }
  if (key == "select") {
    flat.fills(Stage::select);
    return read_selections(context, value, out.select);
  }
  flat.fills(Stage::offset);
  if (key == "offset") return read_offset(context, value, out.offset);
  return read_cursor(context, value, key == "after" ? out.after : out.before);
}

bool read_key(Context& context, std::string_view key, const Value& value, Flat& flat, Query& out) {
  if (key == "params" || key == "tz") return true;  // read before
  if (key == "v") return read_version(context, value);
  if (key == "from") return read_source(context, value, out);
  if (key == "time") return read_time(context, value, out.time);
  if (key == "as-of") return read_moment(context, value, out.as_of.emplace());
  if (key == "where") {
    Pred pred;
    if (!read_predicate(context, value, pred)) return false;
    out.where = both(std::move(out.where), std::move(pred));
    return true;
  }
  if (key == "options") return read_options(context, value, out.options);
  if (key == "doc" || key == "id") return read_doc(context, value, key == "id");
  if (key == "let" || key == "compute") return context.not_implemented(fmt::format(":{}", key));
  if (key == "pipe") {
    flat.pipe = &value;
    return true;
  }
  return read_shape_key(context, key, value, flat, out);
}

// Keys in an order that does not depend on the map's: :from before :where, so that equal queries
// give equal predicates.
bool read_keys(Context& context, const Value& root, Flat& flat, Query& out) {
  bool fine = true;
  for (std::string_view key : query_keys) {
    const Value* value = entry(context, root, key);
    if (value == nullptr) continue;
    At at(context, Value::keyword(key));
    std::string_view meant = meant_by(key);
    context.places.emplace_back(meant, context.path);
    if (meant != key && entry(context, root, meant) != nullptr) {
      fine = context.fail_key("unknown-key", fmt::format(":{} and :{} are the same", key, meant),
                              Value::keyword(key));
      continue;
    }
    fine = read_key(context, meant, *value, flat, out) && fine;
  }
  return fine;
}

void warn_of_unused_params(Context& context) {
  At at(context, "params");
  for (const auto& [name, value] : context.params) {
    if (std::find(context.used_params.begin(), context.used_params.end(), name) ==
        context.used_params.end()) {
      context.warn("unused-param", fmt::format("parameter ?{} is not used", name));
    }
  }
}

}  // namespace

bool read_query(Context& context, const Value& root, Query& out) {
  if (!root.is(Kind::map)) {
    return context.fail("not-a-map", fmt::format("a query is one map, got {}", kind_phrase(root)),
                        root);
  }
  if (!check_size(context, root, 1)) return false;
  bool fine = check_keys(context, root, "a query", query_keys);
  if (const Value* params = entry(context, root, "params")) {
    At at(context, "params");
    fine = read_params(context, *params) && fine;
  }
  if (const Value* tz = entry(context, root, "tz")) {
    At at(context, "tz");
    fine = read_zone(context, *tz, out) && fine;
  }
  Flat flat;
  fine = read_keys(context, root, flat, out) && fine;
  if (flat.pipe != nullptr) {
    At at(context, "pipe");
    fine = read_pipe(context, *flat.pipe, flat.earliest_stage, out, flat.limited) && fine;
  }
  if (!fine) return false;
  if (!out.groups.empty() && out.aggregates.empty()) out.aggregates.push_back(count_aggregate());
  if (!flat.limited && out.grouped()) out.limit = default_group_limit;
  drop_default_order(out);
  warn_of_unused_params(context);
  return check_whole(context, out);
}

}  // namespace clogs::query::language
