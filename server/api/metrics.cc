#include "server/api/metrics.h"

#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <tuple>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace clogs::api {
namespace {

// Seconds. From a memory-only answer to the longest write timeout.
const prometheus::Histogram::BucketBoundaries latency_bounds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

std::string transport_name(Transport transport) {
  switch (transport) {
    case Transport::http:
      return "http";
    case Transport::grpc:
      return "grpc";
    case Transport::grpc_web:
      return "grpc-web";
  }
  return "http";
}

prometheus::MetricFamily family_of(const Sample& sample) {
  prometheus::MetricFamily family;
  family.name = sample.name;
  family.help = sample.help;
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  if (sample.kind == Sample::Kind::histogram) {
    family.type = prometheus::MetricType::Histogram;
    uint64_t below = 0;
    for (size_t i = 0; i < sample.counts.size(); ++i) {
      below += sample.counts[i];
      const double bound =
          i < sample.bounds.size() ? sample.bounds[i] : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({below, bound});
    }
    metric.histogram.sample_count = below;
    metric.histogram.sample_sum = sample.sum;
  } else if (sample.kind == Sample::Kind::counter) {
    family.type = prometheus::MetricType::Counter;
    metric.counter.value = sample.value;
  } else {
    family.type = prometheus::MetricType::Gauge;
    metric.gauge.value = sample.value;
  }
  family.metric.push_back(std::move(metric));
  return family;
}

// Samples of one name form one family, however many collectors gave them.
void merge(std::vector<prometheus::MetricFamily>& families, const Sample& sample) {
  prometheus::MetricFamily family = family_of(sample);
  for (prometheus::MetricFamily& known : families) {
    if (known.name != family.name) continue;
    known.metric.push_back(std::move(family.metric.front()));
    return;
  }
  families.push_back(std::move(family));
}

// Collectors outlive the Metrics that they were added to if their tokens do.
struct Collectors {
  std::mutex mutex;
  std::list<Metrics::Collect> list;  // guarded by mutex
};

}  // namespace

struct Metrics::Impl {
  struct Request {
    prometheus::Counter* count;
    prometheus::Histogram* seconds;
  };
  using Key = std::tuple<Transport, std::string, unsigned>;

  template <typename Family>
  auto& of(Family& family, Transport transport) {
    return family.Add({{"transport", transport_name(transport)}});
  }

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("clogs_requests_total")
          .Help("Requests answered, by route or method and status")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& request_seconds =
      prometheus::BuildHistogram()
          .Name("clogs_request_seconds")
          .Help("Time from the last byte of a request to the last byte of its answer")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& ingest_records =
      prometheus::BuildCounter()
          .Name("clogs_ingest_records_total")
          .Help("Records by outcome: accepted, rejected, duplicate")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& ingest_bytes =
      prometheus::BuildCounter()
          .Name("clogs_ingest_bytes_total")
          .Help("Bytes of acknowledged bodies, decompressed")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& ingest_batches = prometheus::BuildCounter()
                                                                .Name("clogs_ingest_batches_total")
                                                                .Help("Batches acknowledged")
                                                                .Register(registry);
  prometheus::Family<prometheus::Counter>& ingest_errors =
      prometheus::BuildCounter()
          .Name("clogs_ingest_errors_total")
          .Help("Batches refused as a whole, by reason")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& ingest_seconds =
      prometheus::BuildHistogram()
          .Name("clogs_ingest_seconds")
          .Help("Time from a batch read to its durable acknowledgement")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& queries = prometheus::BuildCounter()
                                                         .Name("clogs_queries_total")
                                                         .Help("Queries that ended, by outcome")
                                                         .Register(registry);
  prometheus::Family<prometheus::Counter>& query_rows = prometheus::BuildCounter()
                                                            .Name("clogs_query_rows_total")
                                                            .Help("Rows returned by queries")
                                                            .Register(registry);
  prometheus::Family<prometheus::Histogram>& query_seconds =
      prometheus::BuildHistogram()
          .Name("clogs_query_seconds")
          .Help("Time that queries ran, waiting for slow readers included")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& open_connections = prometheus::BuildGauge()
                                                                .Name("clogs_connections")
                                                                .Help("Open connections")
                                                                .Register(registry);
  prometheus::Family<prometheus::Gauge>& open_tails =
      prometheus::BuildGauge().Name("clogs_tails").Help("Live tails").Register(registry);
  prometheus::Family<prometheus::Counter>& tail_rows =
      prometheus::BuildCounter()
          .Name("clogs_tail_rows_total")
          .Help("Rows of live tails by outcome: sent, dropped")
          .Register(registry);

  // Per transport, so that the hot path looks nothing up.
  struct PerTransport {
    prometheus::Counter* accepted;
    prometheus::Counter* rejected;
    prometheus::Counter* duplicate;
    prometheus::Counter* bytes;
    prometheus::Counter* batches;
    prometheus::Histogram* seconds;
  };
  PerTransport ingest[3];

  std::shared_mutex mutex;
  std::map<Key, Request, std::less<>> cache;  // guarded by mutex
  std::shared_ptr<Collectors> collectors = std::make_shared<Collectors>();

  Request request(Transport transport, std::string_view call, unsigned code) {
    const auto key = std::make_tuple(transport, call, code);
    {
      const std::shared_lock lock(mutex);
      const auto found = cache.find(key);
      if (found != cache.end()) return found->second;
    }
    const std::string name(call);
    const std::string via = transport_name(transport);
    const Request made{
        &requests.Add({{"transport", via}, {"call", name}, {"code", std::to_string(code)}}),
        &request_seconds.Add({{"transport", via}, {"call", name}}, latency_bounds)};
    const std::unique_lock lock(mutex);
    return cache.emplace(Key{transport, name, code}, made).first->second;
  }
};

Metrics::Metrics(std::string_view version) : impl_(std::make_unique<Impl>()) {
  prometheus::BuildGauge()
      .Name("clogs_build_info")
      .Help("1, labelled with the version")
      .Register(impl_->registry)
      .Add({{"version", std::string(version)}})
      .Set(1);
  for (const Transport transport : {Transport::http, Transport::grpc, Transport::grpc_web}) {
    const std::string via = transport_name(transport);
    Impl::PerTransport& out = impl_->ingest[static_cast<size_t>(transport)];
    out.accepted = &impl_->ingest_records.Add({{"transport", via}, {"outcome", "accepted"}});
    out.rejected = &impl_->ingest_records.Add({{"transport", via}, {"outcome", "rejected"}});
    out.duplicate = &impl_->ingest_records.Add({{"transport", via}, {"outcome", "duplicate"}});
    out.bytes = &impl_->of(impl_->ingest_bytes, transport);
    out.batches = &impl_->of(impl_->ingest_batches, transport);
    out.seconds = &impl_->ingest_seconds.Add({{"transport", via}}, latency_bounds);
  }
}

Metrics::~Metrics() = default;

void Metrics::request(Transport transport, std::string_view call, unsigned code, double seconds) {
  const Impl::Request found = impl_->request(transport, call, code);
  found.count->Increment();
  found.seconds->Observe(seconds);
}

void Metrics::ingested(Transport transport, uint64_t accepted, uint64_t rejected, bool duplicate,
                       uint64_t bytes, double seconds) {
  Impl::PerTransport& out = impl_->ingest[static_cast<size_t>(transport)];
  (duplicate ? out.duplicate : out.accepted)->Increment(static_cast<double>(accepted));
  if (rejected > 0) out.rejected->Increment(static_cast<double>(rejected));
  out.bytes->Increment(static_cast<double>(bytes));
  out.batches->Increment();
  out.seconds->Observe(seconds);
}

void Metrics::ingest_failed(Transport transport, Code code) {
  impl_->ingest_errors
      .Add({{"transport", transport_name(transport)}, {"reason", std::string(code_name(code))}})
      .Increment();
}

void Metrics::queried(Transport transport, Code code, uint64_t rows, double seconds) {
  const std::string via = transport_name(transport);
  impl_->queries.Add({{"transport", via}, {"outcome", std::string(code_name(code))}}).Increment();
  impl_->query_rows.Add({{"transport", via}}).Increment(static_cast<double>(rows));
  impl_->query_seconds.Add({{"transport", via}}, latency_bounds).Observe(seconds);
}

void Metrics::connections(Transport transport, int change) {
  impl_->of(impl_->open_connections, transport).Increment(change);
}

void Metrics::tails(Transport transport, int change) {
  impl_->of(impl_->open_tails, transport).Increment(change);
}

void Metrics::tail_sent(Transport transport, uint64_t rows, uint64_t dropped) {
  const std::string via = transport_name(transport);
  impl_->tail_rows.Add({{"transport", via}, {"outcome", "sent"}})
      .Increment(static_cast<double>(rows));
  impl_->tail_rows.Add({{"transport", via}, {"outcome", "dropped"}})
      .Increment(static_cast<double>(dropped));
}

std::shared_ptr<void> Metrics::add(Collect collect) {
  const std::shared_ptr<Collectors> collectors = impl_->collectors;
  const std::lock_guard lock(collectors->mutex);
  const auto at = collectors->list.insert(collectors->list.end(), std::move(collect));
  return {nullptr, [collectors, at](std::nullptr_t) {
            const std::lock_guard guard(collectors->mutex);
            collectors->list.erase(at);
          }};
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families = impl_->registry.Collect();
  {
    const std::lock_guard lock(impl_->collectors->mutex);
    for (const Collect& collect : impl_->collectors->list) {
      for (const Sample& sample : collect()) merge(families, sample);
    }
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace clogs::api
