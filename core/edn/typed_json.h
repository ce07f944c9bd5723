// Values as typed JSON: an encoding that says of every value what it is, for comparing readers.
//
// {"t": "int", "v": "1"}; t is nil, bool, int, bigint, float, bigdec, ratio, str, char, kw, sym,
// list, vec, map, set, inst, uuid or tagged. Numbers are text as Clojure prints them, a float has
// its IEEE bits in hexadecimal besides; a keyword or symbol has ns and name; a char has its code
// point; a map is an array of [key, value] pairs sorted by their JSON text, a set is sorted
// likewise; an instant is {"t": "inst", "epoch_s": seconds, "nanos": nanoseconds}; a tagged value
// has "tag".
#pragma once

#include <string>

#include "core/edn/tape.h"

namespace clogs::edn {

// One line, ASCII only.
void write_typed_json(View view, std::string& out);

}  // namespace clogs::edn
