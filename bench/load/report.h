// What a run found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/options.h"

namespace clogs::load {

struct Report {
  uint64_t records = 0;   // acknowledged
  uint64_t requests = 0;  // answered well
  uint64_t bytes = 0;     // of their bodies
  uint64_t failures = 0;  // answered otherwise
  std::string first_failure;
  double seconds = 0;
  double client_cpu_seconds = 0;
  std::vector<uint32_t> latencies_us;  // of requests, in any order
};

// User and system time of this process so far.
double cpu_seconds();

void print(const Options& options, Report& report, double syncs_per_second);

}  // namespace clogs::load
