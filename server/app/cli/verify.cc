// `clogs verify`: checks every byte of a data directory.
#include "server/store/verify.h"

#include <fmt/format.h>

#include "server/app/cli/terminal.h"
#include "server/app/cli/verbs.h"

namespace clogs::app {

int run_verify(const VerifyOptions& options) {
  Progress progress("checking", 0, false);
  store::VerifyOptions wanted;
  wanted.dir = options.dir;
  wanted.progress = [&](const store::OpenProgress& at) { progress.update(at.bytes_done, 0); };
  Result<store::VerifyReport> report = store::verify(wanted);
  progress.finish();
  if (!report.ok()) return fail(report.status());
  for (const store::Damage& damage : report->damage) {
    fmt::print("damaged: {} at byte {}: {}\n", damage.file, damage.offset, damage.reason);
  }
  for (const store::TornTail& torn : report->torn) {
    fmt::print("unfinished: {} bytes at byte {} of {}; the next start cuts them\n", torn.bytes,
               torn.offset, torn.file);
  }
  for (const std::string& path : report->strange) fmt::print("not ours: {}\n", path);
  if (report->deletions > 0) {
    fmt::print("deletions recorded: {}; the count below has what they left in the files\n",
               report->deletions);
  }
  fmt::print("{}: {} files, {} commits, {} records, {} checked\n",
             report->good() ? "good" : "DAMAGED", report->files, report->frames, report->records,
             human_bytes(static_cast<double>(report->bytes)));
  return report->good() ? exit_done : exit_failed;
}

}  // namespace clogs::app
