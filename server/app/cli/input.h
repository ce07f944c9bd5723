// Files and standard input as bytes.
#pragma once

#include <string>

#include "clogs/result.h"

namespace clogs::app {

// The whole of a file; "-" or "" is standard input.
Result<std::string> read_all(const std::string& path);

}  // namespace clogs::app
