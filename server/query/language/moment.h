// Points in time and time ranges as a query writes them.
//
// Normalised: every form of a range is {from, to}; [:last d] and "d" are [now - d, now); absolute
// times are nanoseconds in UTC, with their steps applied; neighbouring additions are one; "now-1h"
// is [:ago "1h"]. A range whose form was [:last d] prints as that again, since its parts say so.
#pragma once

#include <string_view>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

bool read_moment(Context& context, const edn::Value& value, Moment& out);
bool read_time(Context& context, const edn::Value& value, TimeRange& out);

// Printed: #inst, [:ago n :nanoseconds], [:start-of :day [:now]], [:- [:now] [1 :months]] ...
edn::Value moment_value(const Moment& moment);
// {:from .. :to ..}, or [:last n :nanoseconds].
edn::Value time_value(const TimeRange& time);

}  // namespace clogs::query::language
