// Predicates: the vector form, the shorthand map and the first dialect's maps, to one tree.
//
// Normalised:
//   [:and p] and [:or p] are p, [:and] is :true, [:or] is :false; nested :and in :and and :or in
//   :or are flattened, order kept. :not= is :!=, :prefix is :starts-with, :suffix is :ends-with.
//   [:= f nil] is [:missing f], [:!= f nil] is [:exists f].
//   The collection of :in and :not-in is a sorted set, whatever kind it was written as.
//   {f v, ..} is the :and of its entries, sorted by printed form: a scalar :=, a set :in, nil
//   :missing, a vector that starts with an operator that operator; in JSON another array is :in.
//   {:field f :operator op :value v} is [op f v]; {:and [..]} {:or [..]} {:not p} are the vectors.
//   [:text f s {:op :phrase}] is [:phrase f s]; text operators without a field are over :message.
//   Networks of :cidr lose the bits behind their prefix; days of :day-of-week are a set.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

bool read_predicate(Context& context, const edn::Value& value, Pred& out);
// [:and a b]; either may be `always`.
Pred both(Pred a, Pred b);

// The canonical form (predicate_print.cc).
edn::Value predicate_value(const Pred& pred);

// --- between the files that read predicates ---------------------------------------------------

// An argument and the step of the path that leads to it (nil: none).
struct Arg {
  const edn::Value* value;
  edn::Value step;
};

// An operator with its arguments, whichever surface form it came in.
struct Clause {
  std::string_view op;
  edn::Value op_form;  // as written, for messages
  edn::Value op_step;
  std::vector<Arg> args;
};

// [op ..] over fields; false with :clogs/unknown-operator for anything else.
bool read_field_clause(Context& context, const Clause& clause, Pred& out);
// :contains to :seq; nullopt where `op` is none of them (predicate_text.cc).
std::optional<bool> read_text_clause(Context& context, const Clause& clause, Pred& out);
// :time-of-day and :day-of-week (predicate_clock.cc).
bool read_clock_clause(Context& context, const Clause& clause, Pred& out);
// A map in predicate place (shorthand.cc).
bool read_predicate_map(Context& context, const edn::Value& map, Pred& out);

bool unknown_operator(Context& context, const edn::Value& got, std::string_view name);
// :and or :or of parts that are already flat.
Pred combine(Pred::Kind kind, std::vector<Pred> parts);

}  // namespace clogs::query::language
