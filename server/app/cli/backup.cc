// `clogs backup`: a copy of all that is stored, from a running server or a data directory.
#include "server/store/backup.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "server/app/cli/remote_backup.h"
#include "server/app/cli/remote_target.h"
#include "server/app/cli/terminal.h"
#include "server/app/cli/verbs.h"
#include "server/store/read_only_store.h"

namespace clogs::app {

namespace {

Result<std::unique_ptr<store::BackupSource>> open_source(const BackupOptions& options) {
  if (options.data_dir.empty()) return open_remote_backup(options.remote);
  store::ReadOnlyOptions wanted;
  wanted.dir = options.data_dir;
  auto opened = store::ReadOnlyStore::open(std::move(wanted));
  if (opened.ok()) return std::unique_ptr<store::BackupSource>(*std::move(opened));
  const Status& status = opened.status();
  if (status.code() != Code::aborted) return status;
  return Status(status.code(), status.message() + "; copy from that server with --url",
                status.details());
}

}  // namespace

int run_backup(const BackupOptions& options) {
  auto source = open_source(options);
  if (!source.ok()) return fail(source.status());
  std::unique_ptr<Progress> progress;
  store::BackupOptions wanted;
  wanted.dir = options.dir;
  wanted.should_stop = [] { return stop_on_signal().load(); };
  wanted.progress = [&](uint64_t done, uint64_t bytes) {
    if (progress == nullptr) {
      progress = std::make_unique<Progress>("copied", bytes, options.quiet);
    }
    progress->update(done, 0);
  };
  Result<store::BackupReport> report = store::write_backup(**source, wanted);
  if (progress != nullptr) progress->finish();
  if (!report.ok()) return fail(report.status());
  for (const store::Damage& damage : report->damage) {
    fmt::print(stderr, "clogs: copied damage of the source: {} at byte {}: {}\n", damage.file,
               damage.offset, damage.reason);
  }
  if (!options.quiet) {
    fmt::print("{}: {} files, {} records, {}, all that was stored until {}\n", options.dir,
               report->files, report->records, human_bytes(static_cast<double>(report->bytes)),
               format_rfc3339(Instant::from_nanos(report->as_of_nanos)));
  }
  return report->damage.empty() ? exit_done : exit_failed;
}

}  // namespace clogs::app
