// The configuration as the process sees it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "clogs/result.h"
#include "server/app/config/config.h"

namespace clogs::app {

// Defaults, then the file (none if empty), then the process's CLOGS_* variables, then `flags`
// (setting path, text). Not yet check()ed.
Result<Config> load_config(const std::string& file,
                           const std::vector<std::pair<std::string, std::string>>& flags);

}  // namespace clogs::app
