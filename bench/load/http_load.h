// Many keep-alive connections on one thread.
#pragma once

#include <vector>

#include "bench/load/corpus.h"
#include "bench/load/options.h"
#include "bench/load/report.h"
#include "clogs/result.h"

namespace clogs::load {

// Each connection sends a body, waits for the answer, sends the next. Batches carry identities.
Result<Report> run_http(const Options& options, const std::vector<Body>& bodies);

// Raises the soft limit of open files; the error says what the hard limit allows.
Status allow_files(size_t files);

}  // namespace clogs::load
