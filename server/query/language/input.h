// What a query comes as: its text's syntax, values for its parameters, and what is wrong with it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/edn/value.h"

namespace clogs::query {

enum class Syntax : uint8_t { edn, json };

// Name (without the question mark) and value. They win over the query's own :params.
using Params = std::vector<std::pair<std::string, edn::Value>>;

struct Diagnostic {
  bool is_error = true;  // false: a warning, the query runs all the same
  std::string message;   // one sentence
  std::string details_edn;
};

}  // namespace clogs::query
