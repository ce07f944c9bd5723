// Log levels: the six ordered severities and their usual aliases.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/edn/tape.h"

namespace clogs::record {

enum class Severity : uint8_t { none, trace, debug, info, warn, error, fatal };

// Case-insensitive names and aliases (err, warning, critical, panic, emerg, alert, notice, ...) and
// OTLP severity numbers 1 to 24 as text; `none` for anything else.
Severity severity_of(std::string_view level);
// Of a :level value: text, keyword or an OTLP severity number.
Severity severity_of(edn::View level);
// "trace" ... "fatal"; "" for none.
std::string_view severity_name(Severity severity);

}  // namespace clogs::record
