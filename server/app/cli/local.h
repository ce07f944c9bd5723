// Records on this machine as sources for queries: data directories and plain files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/app/cli/options.h"
#include "server/store/source.h"

namespace clogs::app {

// A data directory that no server holds. The error says to ask the server where one does.
Result<std::unique_ptr<store::SourceProvider>> open_directory(const std::string& dir);

// The plain files and folders that the options name.
Result<std::unique_ptr<store::SourceProvider>> open_files(const QueryOptions& options);

}  // namespace clogs::app
