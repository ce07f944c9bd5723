// :from: which streams.
#pragma once

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

// Streams go to `out.from`; {:stream {field value}} is a predicate and is ANDed into `out.where`.
bool read_source(Context& context, const edn::Value& value, Query& out);

}  // namespace clogs::query::language
