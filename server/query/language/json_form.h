// What JSON has no value for: objects with one key that starts with '$' stand for EDN values.
//
//   {"$kw": "error"}        the keyword :error
//   {"$set": [..]}          a set
//   {"$inst": "2026-.."}    an instant
//   {"$uuid": ".."}         a uuid
//   {"$param": "svc"}       the parameter ?svc
//   {"$field": f}           a field (a name or a path), where a string would be a literal
//   {"$edn": "1/3"}         any other value, as EDN text
//
// Everything else stays what the JSON reader made of it; which strings are keywords depends on
// their place and is decided there (lexical.h).
#pragma once

#include "core/edn/value.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

// Replaces these objects at any depth. A wrong one is an error with its path.
bool expand_json(Context& context, edn::Value& value);

}  // namespace clogs::query::language
