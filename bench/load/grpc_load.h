// Batches over gRPC: streams with several batches in flight, or unary calls.
#pragma once

#include <vector>

#include "bench/load/corpus.h"
#include "bench/load/options.h"
#include "bench/load/report.h"
#include "clogs/result.h"

namespace clogs::load {

// A connection with a thread that sends (and for streams one that reads) for each of
// `connections`.
Result<Report> run_grpc(const Options& options, const std::vector<Body>& bodies);

}  // namespace clogs::load
