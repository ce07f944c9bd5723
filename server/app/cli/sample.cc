// `clogs sample`: prints sample records.
#include "server/app/sample/sample.h"

#include <cstdio>
#include <string>

#include "core/base/clock.h"
#include "core/base/instant.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "server/app/cli/verbs.h"

namespace clogs::app {

namespace {

constexpr size_t write_at_bytes = size_t{64} << 10;
constexpr double nanos_per_hour = 3600e9;
constexpr double max_hours = 24 * 365 * 100.0;

Result<SamplePlan> plan_of(const SampleOptions& options) {
  if (!(options.hours > 0 && options.hours < max_hours)) {
    return invalid_argument("--hours is out of range; expected more than 0");
  }
  SamplePlan plan;
  plan.rows = options.rows;
  plan.seed = options.seed;
  plan.end_nanos = SystemClock().now_nanos();
  if (!options.end.empty()) {
    CLOGS_ASSIGN_OR_RETURN(Instant end, parse_rfc3339(options.end));
    auto nanos = end.to_nanos();
    if (!nanos) return invalid_argument("--end is out of range; expected 1970 to 2262");
    plan.end_nanos = *nanos;
  }
  plan.begin_nanos = plan.end_nanos - static_cast<int64_t>(options.hours * nanos_per_hour);
  return plan;
}

}  // namespace

int run_sample(const SampleOptions& options) {
  Result<SamplePlan> plan = plan_of(options);
  if (!plan.ok()) return fail(plan.status());
  SampleGenerator generator(*plan);
  edn::Tape tape;
  std::string out;
  bool more = true;
  while (more) {
    more = generator.next(tape);
    if (more) {
      if (options.format == "edn") {
        edn::print(tape.root(), out);
      } else {
        edn::write_json(tape.root(), out);
      }
      out += '\n';
    }
    if (out.size() < write_at_bytes && more) continue;
    if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) {
      return fail("cannot write to standard output");
    }
    out.clear();
  }
  if (std::fflush(stdout) != 0) return fail("cannot write to standard output");
  return exit_done;
}

}  // namespace clogs::app
