// EDN values as JSON. Keywords and symbols are their names, sets arrays, instants RFC 3339 text in
// UTC, uuids and characters text, integers and decimals numbers with all their digits, ratios, NaN
// and infinities text, a tagged value {"$tag": name, "$value": value}. A map key is its name (text
// of a string, keyword or symbol; else its printed EDN), so keys that EDN tells apart, as :a and
// "a", may come out the same.
#pragma once

#include <string>
#include <string_view>

#include "core/edn/tape.h"
#include "core/edn/value.h"

namespace clogs::edn {

void write_json(View view, std::string& out);
void write_json(const Value& value, std::string& out);
// A JSON string with its quotes. `text` is valid UTF-8.
void write_json_string(std::string_view text, std::string& out);

}  // namespace clogs::edn
