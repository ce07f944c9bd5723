// Plain files as a source for queries: converted to EDN lines as they are read, never imported.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "clogs/result.h"
#include "server/ingest/lines.h"
#include "server/store/source.h"

namespace clogs::app {

// Every record of the files, in stream "logs". A file's records have its time of last change as
// their arrival and are numbered in its order, so that ids are the same on every run. Lines that
// are no records are told as damage of the source. `paths` as expand_paths() gives them.
std::unique_ptr<store::SourceProvider> make_file_sources(std::vector<std::string> paths,
                                                         ingest::LineOptions options);

}  // namespace clogs::app
