// What the server counts and measures, as Prometheus text. One object a process, passed in; no
// globals. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clogs/status.h"

namespace clogs::api {

enum class Transport : uint8_t { http, grpc, grpc_web };

// A value that another part of the server keeps itself and gives when asked.
struct Sample {
  enum class Kind : uint8_t { gauge, counter, histogram };
  std::string name;  // "clogs_store_queue_bytes"; counters end in _total
  std::string help;  // one sentence
  Kind kind = Kind::gauge;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;  // of a gauge or counter
  // Of a histogram: counts[i] observations were <= bounds[i] and above the bound before; one more
  // count than bounds, for what is above them all.
  std::vector<double> bounds;
  std::vector<uint64_t> counts;
  double sum = 0;
};

class Metrics {
 public:
  explicit Metrics(std::string_view version = {});
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // One request answered. `call` is a route or method of the server's own ("/logs",
  // "IngestLog/Ingest"), never text of a client; `code` the HTTP status or gRPC code.
  void request(Transport transport, std::string_view call, unsigned code, double seconds);

  // A batch that was acknowledged; `bytes` as read (decompressed), seconds from read to answer.
  void ingested(Transport transport, uint64_t accepted, uint64_t rejected, bool duplicate,
                uint64_t bytes, double seconds);
  void ingest_failed(Transport transport, Code code);
  // A query that ended, well or not.
  void queried(Transport transport, Code code, uint64_t rows, double seconds);

  void connections(Transport transport, int change);
  void tails(Transport transport, int change);
  void tail_sent(Transport transport, uint64_t rows, uint64_t dropped);

  // Asked on every scrape, from the scraping thread; must not block. Outlives the metrics or is
  // removed with the token's destruction.
  using Collect = std::function<std::vector<Sample>()>;
  [[nodiscard]] std::shared_ptr<void> add(Collect collect);

  // Prometheus text format 0.0.4.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::api
