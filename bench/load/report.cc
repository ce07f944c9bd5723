#include "bench/load/report.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/resource.h>

namespace clogs::load {
namespace {

double milliseconds_at(const std::vector<uint32_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto index = static_cast<size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[index] / 1000.0;
}

}  // namespace

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void print(const Options& options, Report& report, double syncs_per_second) {
  std::sort(report.latencies_us.begin(), report.latencies_us.end());
  const double requests = static_cast<double>(report.requests) / report.seconds;
  fmt::print("connections      {}\n", options.connections);
  fmt::print("records/s        {:.0f}\n", static_cast<double>(report.records) / report.seconds);
  fmt::print("requests/s       {:.0f}\n", requests);
  fmt::print("MB/s             {:.1f}\n", static_cast<double>(report.bytes) / report.seconds / 1e6);
  fmt::print("latency ms       p50 {:.2f}, p99 {:.2f}, max {:.2f}\n",
             milliseconds_at(report.latencies_us, 0.5), milliseconds_at(report.latencies_us, 0.99),
             milliseconds_at(report.latencies_us, 1));
  fmt::print("acknowledged     {} records in {:.2f} s\n", report.records, report.seconds);
  fmt::print("failures         {}{}{}\n", report.failures,
             report.failures > 0 ? ", the first: " : "", report.first_failure);
  fmt::print("client CPU s     {:.2f}\n", report.client_cpu_seconds);
  if (syncs_per_second > 0) {
    fmt::print("disk fdatasync/s {:.0f}\n", syncs_per_second);
    fmt::print("requests a sync  {:.2f}\n", requests / syncs_per_second);
  }
}

}  // namespace clogs::load
