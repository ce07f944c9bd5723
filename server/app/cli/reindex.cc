// `clogs reindex`: takes deleted records out of the files of a data directory.
#include "server/store/reindex.h"

#include <fmt/format.h>

#include "server/app/cli/terminal.h"
#include "server/app/cli/verbs.h"
#include "server/query/deletions.h"

namespace clogs::app {

namespace {

void print_summary(const store::ReindexReport& report) {
  fmt::print("removed {} records; rewrote {} of {} files, {} smaller; {} deletions done\n",
             report.removed, report.rewritten, report.files,
             human_bytes(static_cast<double>(report.freed_bytes)), report.applied.size());
}

}  // namespace

int run_reindex(const ReindexOptions& options) {
  Progress progress("read", 0, options.quiet);
  store::ReindexOptions wanted;
  wanted.dir = options.data_dir;
  wanted.progress = [&](const store::OpenProgress& at) { progress.update(at.bytes_done, 0); };
  wanted.compile = query::compile_deletions;
  Result<store::ReindexReport> report = store::reindex(wanted);
  progress.finish();
  if (!report.ok()) return fail(report.status());
  for (const store::TornTail& torn : report->torn) {
    fmt::print(stderr, "clogs: cut the unfinished end of {}: {} bytes at byte {}\n", torn.file,
               torn.bytes, torn.offset);
  }
  for (const store::Damage& damage : report->damage) {
    fmt::print(stderr, "clogs: left as it is: {}: {}\n", damage.file, damage.reason);
  }
  if (!options.quiet) print_summary(*report);
  return report->damage.empty() ? exit_done : exit_failed;
}

}  // namespace clogs::app
