// The verbs. Each returns the exit code of the process; answers go to standard output, everything
// else to standard error.
#pragma once

#include <string_view>

#include "clogs/result.h"
#include "server/app/cli/options.h"

namespace clogs::app {

int run_serve(const ServeOptions& options);
int run_query(const QueryOptions& options);
int run_tail(const TailOptions& options);
int run_ingest(const IngestOptions& options);
int run_cat(const CatOptions& options);
int run_edn(const EdnOptions& options);
int run_sample(const SampleOptions& options);
int run_verify(const VerifyOptions& options);
int run_backup(const BackupOptions& options);
int run_delete(const DeleteOptions& options);
int run_reindex(const ReindexOptions& options);
int run_config_check(const ConfigOptions& options);
int run_config_show(const ConfigOptions& options);

// "clogs: <sentence>" on standard error; gives exit_failed.
int fail(const Status& status);
int fail(std::string_view sentence);

}  // namespace clogs::app
