// Values as bytes that are the same exactly where the language's := holds between them: what
// groups, :distinct, :in and :count-distinct look up.
#pragma once

#include <string>

#include "core/edn/tape.h"

namespace clogs::query {

// Self-delimiting, so that keys of several values may stand in a row. Text and keywords of one
// name, numbers of one value, instants of one point in time and lists and vectors of equal elements
// have one key; sets and maps whatever their order. No view is nil.
void append_key(edn::View view, std::string& out);
std::string key_of(edn::View view);

}  // namespace clogs::query
