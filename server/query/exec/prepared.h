// A validated query, ready to run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/query/engine.h"
#include "server/query/exec/cursor.h"
#include "server/query/language/ast.h"

namespace clogs::query {

class Prepared {
 public:
  Query query;
  std::string canonical;
  std::string hash;
  std::string page_hash;
  std::optional<std::vector<std::string>> columns;
  std::optional<Cursor> cursor;  // of :after or :before
  bool backwards = false;        // :before
};

}  // namespace clogs::query
