// What is wrong with a query, and where: collected while parsing, said to people and programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clogs/status.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/query/language/input.h"

namespace clogs::query::language {

// From the query's map inwards: keys and indexes, [:where 1 0].
using Path = std::vector<edn::Value>;

struct Problem {
  std::string code;      // "unknown-operator", printed as :clogs/unknown-operator
  std::string sentence;  // "unknown operator :equals"
  Path path;
  bool at_key = false;  // the last step's key is what is wrong, not the value under it
  edn::Value got;       // nil: nothing to show
  std::vector<edn::Value> did_you_mean;
  std::string expected;  // a phrase, or empty
  bool not_implemented = false;
  edn::Position position;  // set by the caller of the parser, who has the text
};

// "unknown operator :equals at [:where 1 0]; did you mean := or :in?"
std::string sentence_of(const Problem& problem);
// {:code .. :path .. :got .. :expected .. :did-you-mean [..] :line .. :column ..}
std::string details_of(const Problem& problem);
// invalid_argument or unimplemented.
Status status_of(const Problem& problem);
Diagnostic diagnostic_of(const Problem& problem, bool is_error);

// A value as a sentence shows it: printed EDN, cut where it is long.
std::string shown(const edn::Value& value);
// "a string", "an integer", "nil": for "expected a set, got a string".
std::string kind_phrase(const edn::Value& value);

}  // namespace clogs::query::language
