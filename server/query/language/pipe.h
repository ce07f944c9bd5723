// :pipe. Stages that say no more than the flat keys, in the fixed order of evaluation, become these
// keys: [:where p]* [:aggregate {:by :of}] [:having p] [:distinct f*] [:sort o*] [:offset n]
// [:limit n] [:select s*], and only flat keys of later stages beside them. Every other stage, and
// any other order, is legal and not implemented.
#pragma once

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

// The stages in their order of evaluation.
enum class Stage : uint8_t { where, aggregate, having, distinct, sort, offset, limit, select };

// `flat` is the earliest stage behind :where that the query's flat keys fill (`select` + 1: none).
// The stages' parts are put into `out`, whose flat keys were read before; `limited` is set where a
// stage sets a limit.
bool read_pipe(Context& context, const edn::Value& value, int flat, Query& out, bool& limited);

bool read_limit(Context& context, const edn::Value& value, int64_t& out);
bool read_offset(Context& context, const edn::Value& value, int64_t& out);

}  // namespace clogs::query::language
