#include "server/query/exec/removal.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/record/id.h"

namespace clogs::query {
namespace {

struct Example {
  record::Id id;
  std::string line;
};

class Counter final : public Consumer {
 public:
  void take(const Entry& entry) override {
    ++count;
    if (examples.size() < removal_examples_max) {
      examples.push_back({entry.id, std::string(entry.line)});
    }
  }
  uint64_t count = 0;
  std::vector<Example> examples;
};

}  // namespace

Status find_removal(Run& run, Removal& removal) {
  std::vector<std::unique_ptr<Counter>> counters;
  scan(run.source, run.scan_spec(), run.control, run.pool, run.helpers, [&]() -> Consumer* {
    counters.push_back(std::make_unique<Counter>());
    return counters.back().get();
  });
  CLOGS_RETURN_IF_ERROR(after_scan(run));
  std::vector<Example> examples;
  for (const auto& counter : counters) {
    removal.matched += counter->count;
    std::ranges::move(counter->examples, std::back_inserter(examples));
  }
  std::ranges::sort(examples, std::ranges::greater(), &Example::id);
  for (size_t i = 0; i < std::min(examples.size(), removal_examples_max); ++i) {
    removal.examples.push_back(std::move(examples[i].line));
  }
  removal.moment_nanos = run.source.as_of_nanos();
  removal.warnings = run.control.warnings();
  return ok_status();
}

}  // namespace clogs::query
