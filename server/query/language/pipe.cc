#include "server/query/language/pipe.h"

#include <array>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "server/query/language/aggregate.h"
#include "server/query/language/field.h"
#include "server/query/language/group.h"
#include "server/query/language/lexical.h"
#include "server/query/language/limits.h"
#include "server/query/language/names.h"
#include "server/query/language/predicate.h"
#include "server/query/language/result_shape.h"
#include "server/query/language/suggest.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

// The first eight are Stage, in its order.
constexpr std::string_view stage_names[] = {
    "where",  "aggregate",  "having",  "distinct",    "sort",     "offset",  "limit",
    "select", "compute",    "drop",    "rename",      "parse",    "extract", "replace",
    "redact", "decolorize", "flatten", "unroll",      "window",   "dedup",   "sample",
    "top",    "rare",       "facets",  "field-names", "patterns", "context", "session",
    "join",   "lookup",     "union",   "diff",        "timechart"};
constexpr int flat_stages = 8;
constexpr std::string_view aggregate_keys[] = {"by", "of"};

// The flat keys that a stage fills.
std::array<std::string_view, 2> keys_of(Stage stage) {
  switch (stage) {
    case Stage::aggregate:
      return {"group-by", "aggregations"};
    case Stage::sort:
      return {"order-by", ""};
    default:
      return {stage_names[static_cast<size_t>(stage)], ""};
  }
}

bool one_argument(Context& context, std::string_view name, const Value& stage) {
  if (stage.size() == 2) return true;
  return context.wrong_arity(fmt::format(":{}", name), "one argument", stage.size() - 1);
}

bool read_where(Context& context, const Value& stage, Pred& out) {
  At at(context, size_t{1});
  Pred pred;
  if (!read_predicate(context, stage[1], pred)) return false;
  out = both(std::move(out), std::move(pred));
  return true;
}

bool read_aggregate(Context& context, const Value& stage, Query& out) {
  At at(context, size_t{1});
  if (!check_keys(context, stage[1], "[:aggregate {..}]", aggregate_keys)) return false;
  bool fine = true;
  if (const Value* by = entry(context, stage[1], "by")) {
    At key(context, "by");
    fine = read_groups(context, *by, out.groups);
  }
  if (const Value* of = entry(context, stage[1], "of")) {
    At key(context, "of");
    fine = read_aggregates(context, *of, out.aggregates) && fine;
  }
  if (fine && !out.grouped()) {
    return context.fail("wrong-arity", "[:aggregate {..}] needs :by or :of", stage[1]);
  }
  return fine;
}

bool read_distinct_stage(Context& context, const Value& stage, Distinct& out) {
  out.on = true;
  bool fine = true;
  for (size_t i = 1; i < stage.size(); ++i) {
    At at(context, i);
    fine = read_field(context, stage[i], out.fields.emplace_back()) && fine;
  }
  return fine;
}

bool read_flat_stage(Context& context, Stage stage, std::string_view name, const Value& value,
                     Query& out, bool& limited) {
  switch (stage) {
    case Stage::distinct:
      return read_distinct_stage(context, value, out.distinct);
    case Stage::sort:
      return read_orders(context, value, out.order, 1);
    case Stage::select:
      return read_selections(context, value, out.select, 1);
    default:
      break;
  }
  bool limit_by = stage == Stage::limit && value.size() == 3 && value[2].is(Kind::map);
  if (limit_by) return context.not_implemented("[:limit n {:by ..}]");
  if (!one_argument(context, name, value)) return false;
  if (stage == Stage::where) return read_where(context, value, out.where);
  if (stage == Stage::having) return read_where(context, value, out.having);
  if (stage == Stage::aggregate) return read_aggregate(context, value, out);
  At at(context, size_t{1});
  if (stage == Stage::offset) return read_offset(context, value[1], out.offset);
  limited = true;
  return read_limit(context, value[1], out.limit);
}

}  // namespace

bool read_limit(Context& context, const Value& value, int64_t& out) {
  return read_int(context, value, 0, std::numeric_limits<int64_t>::max(), out);
}

bool read_offset(Context& context, const Value& value, int64_t& out) {
  if (!read_int(context, value, 0, std::numeric_limits<int64_t>::max(), out)) return false;
  if (out <= max_offset) return true;
  return context.fail(
      "offset-too-large",
      fmt::format("the offset {} is over {}; page with :after and the answer's :next", out,
                  max_offset),
      value, {Value::keyword("after")});
}

bool read_pipe(Context& context, const Value& value, int flat, Query& out, bool& limited) {
  if (!value.is(Kind::vector)) return context.wrong_type("a vector of stages", value);
  bool fine = true;
  int last = -1;
  for (size_t i = 0; i < value.size(); ++i) {
    At at(context, i);
    std::optional<std::string_view> head = head_of(context, value[i]);
    if (!head) return context.wrong_type("a stage such as [:where ..]", value[i]);
    int stage = 0;
    while (stage < static_cast<int>(std::size(stage_names)) && stage_names[stage] != *head) ++stage;
    if (stage == static_cast<int>(std::size(stage_names))) {
      At operation(context, size_t{0});
      fine = context.fail("unknown-operator", fmt::format("unknown stage {}", shown(value[i][0])),
                          value[i][0], suggest(*head, stage_names));
      continue;
    }
    bool repeated = stage == last && stage == static_cast<int>(Stage::where);
    if (stage >= flat_stages) {
      fine = context.not_implemented(fmt::format("the stage [:{} ..]", *head));
    } else if ((stage <= last && !repeated) || stage >= flat) {
      fine = context.not_implemented(
          fmt::format("the stage [:{} ..] in this place (the order is :where :aggregate :having "
                      ":distinct :sort :offset :limit :select, before the flat keys)",
                      *head));
    } else {
      last = stage;
      for (std::string_view key : keys_of(static_cast<Stage>(stage))) {
        if (!key.empty()) context.places.emplace_back(key, context.path);
      }
      fine = read_flat_stage(context, static_cast<Stage>(stage), *head, value[i], out, limited) &&
             fine;
    }
  }
  return fine;
}

}  // namespace clogs::query::language
