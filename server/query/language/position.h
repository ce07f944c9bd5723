// Where in a query's text the form at a path stands. Only asked for when something is wrong, so it
// walks the text anew instead of remembering the place of every form.
#pragma once

#include <cstddef>
#include <string_view>

#include "server/query/language/input.h"
#include "server/query/language/problem.h"

namespace clogs::query::language {

// The offset of the form at `path` in `text`, which has been read without error; of the key that
// ends the path if `at_key`. Steps that are not there (a key that is missing) leave it at the form
// that lacks them.
size_t offset_of(std::string_view text, Syntax syntax, const Path& path, bool at_key);

}  // namespace clogs::query::language
