#include "server/app/cli/local.h"

#include <utility>

#include "core/base/clock.h"
#include "server/app/files/file_sources.h"
#include "server/app/files/input_file.h"
#include "server/store/read_only_store.h"

namespace clogs::app {

Result<std::unique_ptr<store::SourceProvider>> open_directory(const std::string& dir) {
  store::ReadOnlyOptions options;
  options.dir = dir;
  auto opened = store::ReadOnlyStore::open(std::move(options));
  if (opened.ok()) return std::unique_ptr<store::SourceProvider>(*std::move(opened));
  Status status = opened.status();
  if (status.code() != Code::aborted) return status;
  return Status(status.code(), status.message() + "; ask that server with --url", status.details());
}

Result<std::unique_ptr<store::SourceProvider>> open_files(const QueryOptions& options) {
  CLOGS_ASSIGN_OR_RETURN(std::vector<std::string> paths, expand_paths(options.files));
  ingest::LineOptions lines;
  lines.tz = options.tz;
  lines.now_nanos = SystemClock().now_nanos();
  lines.multiline = options.multiline != "off";
  if (options.year != 0) lines.year = options.year;
  // An unknown zone fails here, not file by file.
  CLOGS_RETURN_IF_ERROR(ingest::LineConverter::create(lines).status());
  return make_file_sources(std::move(paths), std::move(lines));
}

}  // namespace clogs::app
