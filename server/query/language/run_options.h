// :options, which say how a query runs, not what it means.
#pragma once

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

bool read_options(Context& context, const edn::Value& value, RunOptions& out);

}  // namespace clogs::query::language
