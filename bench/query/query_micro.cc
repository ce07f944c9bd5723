// How fast the scan reads, filters and aggregates log records from memory, on one thread:
//   build/bin/query_micro --benchmark_min_time=2
// Bytes are those of the records as EDN lines.
#include <string>

#include <benchmark/benchmark.h>

#include "core/base/clock.h"
#include "server/query/engine.h"
#include "server/query/testing/memory_store.h"

namespace clogs::query {
namespace {

constexpr int block_count = 64;
constexpr int block_records = 2'000;
constexpr int64_t start_nanos = 1'795'000'000'000'000'000;

// Records of the usual kind: about 300 bytes, ten fields.
void fill(testing::MemoryStore& store) {
  const char* const levels[] = {"info", "info", "info", "debug", "warn", "info", "error", "info"};
  const char* const services[] = {"checkout", "auth", "search", "cart", "payment"};
  uint64_t seed = 88172645463325252ULL;
  const auto next = [&seed] {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
  };
  for (int block = 0; block < block_count; ++block) {
    std::string lines;
    for (int i = 0; i < block_records; ++i) {
      const uint64_t random = next();
      const int second = block * block_records + i;
      lines += "{:timestamp \"2026-11-2" + std::to_string(second / 86'400 % 10) + "T1" +
               std::to_string(second / 3'600 % 10) + ":" + std::to_string(10 + second / 60 % 50) +
               ":" + std::to_string(10 + second % 50) + "." + std::to_string(100 + random % 900) +
               "Z\" :level \"" + levels[random % 8] + "\" :service \"" + services[random / 8 % 5] +
               "\" :host \"node-" + std::to_string(random / 64 % 20) + "\" :message \"request " +
               std::to_string(random % 100'000) + " finished for user u" +
               std::to_string(random / 128 % 5'000) +
               " in the usual way with no surprises\" :http {:method \"GET\" :status " +
               std::to_string(random % 20 == 0 ? 500 : 200) + " :path \"/api/v1/items/" +
               std::to_string(random % 1'000) + "\"} :duration-ms " +
               std::to_string(random % 2'000) + "." + std::to_string(random % 10) +
               " :trace-id \"" + std::to_string(next()) + std::to_string(next() % 1'000) + "\"}\n";
    }
    store.append(lines, start_nanos + block * int64_t{1'000'000'000});
  }
}

testing::MemoryStore& records() {
  static testing::MemoryStore* const store = [] {
    static testing::MemoryStore made;
    fill(made);
    return &made;
  }();
  return *store;
}

struct Discard final : RowSink {
  Trailer trailer;
  Status begin(const Header&) override { return ok_status(); }
  Status row(edn::View) override { return ok_status(); }
  Status end(const Trailer& given) override {
    trailer = given;
    return ok_status();
  }
};

void run(benchmark::State& state, const char* text) {
  const SystemClock clock;
  Options options;
  options.threads = 1;
  Engine engine(records(), nullptr, clock, options);
  const auto query = engine.prepare(text, Syntax::edn);
  if (!query.ok()) return state.SkipWithError(query.status().message().c_str());
  uint64_t bytes = 0;
  uint64_t rows = 0;
  for (auto _ : state) {
    Discard sink;
    const Status status = engine.run(**query, "default", sink);
    if (!status.ok()) return state.SkipWithError(status.message().c_str());
    bytes += sink.trailer.scanned_bytes;
    rows += sink.trailer.scanned_rows;
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.SetItemsProcessed(static_cast<int64_t>(rows));
}

BENCHMARK_CAPTURE(run, count_all, "{:aggregations {:n [:count]}}");
BENCHMARK_CAPTURE(run, count_equal, "{:where [:= :service \"auth\"] :aggregations {:n [:count]}}");
BENCHMARK_CAPTURE(run, count_level_and_status,
                  "{:where [:and [:>= :level \"warn\"] [:>= :http.status 500]] "
                  ":aggregations {:n [:count]}}");
BENCHMARK_CAPTURE(run, count_words,
                  "{:where [:text \"user surprises\"] :aggregations {:n [:count]}}");
BENCHMARK_CAPTURE(run, count_regex,
                  "{:where [:matches :message \"user u4\\\\d+\"] :aggregations {:n [:count]}}");
BENCHMARK_CAPTURE(run, newest_100, "{:where [:= :level \"error\"]}");
BENCHMARK_CAPTURE(run, group_by_service,
                  "{:group-by [:service] :aggregations {:n [:count] :ms [:avg :duration-ms] "
                  ":p [:percentiles :duration-ms [50 99]] :h [:count-distinct :host]}}");
BENCHMARK_CAPTURE(run, group_by_minute,
                  "{:group-by [[:bucket :timestamp \"1m\"]] :aggregations {:n [:count] "
                  ":errors [:ratio [:= :level \"error\"]]}}");

}  // namespace
}  // namespace clogs::query

BENCHMARK_MAIN();
