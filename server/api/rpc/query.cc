// QueryLogs/Query: one job of a worker, from parsing to the last block.
#include <atomic>
#include <utility>

#include "clogs/v1/query.pb.h"
#include "server/api/query_tenant.h"
#include "server/api/rpc/details.h"
#include "server/api/rpc/guard.h"
#include "server/api/rpc/request.h"
#include "server/api/rpc/rows.h"
#include "server/api/rpc/stream.h"
#include "server/api/worker_pool.h"
#include "server/query/engine.h"

namespace clogs::api::rpc {
namespace {

constexpr std::string_view method = "QueryLogs/Query";

struct QueryJob {
  query::Engine* engine;
  Metrics* metrics;
  Principal who;
  CallContext context;
  std::string request;
  std::shared_ptr<StreamWriter> writer;
  query::CancelToken cancel = std::make_shared<std::atomic<bool>>(false);
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();

  void run();
  CallStatus answer(uint64_t& rows);
  void finish(CallStatus status, uint64_t rows);
};

CallStatus QueryJob::answer(uint64_t& rows) {
  if (too_late(context)) return deadline_status();
  if (cancel->load()) return cancelled_status();
  clogs::v1::QueryRequest message;
  if (!message.ParseFromString(request)) return not_a_message("QueryRequest");
  const Status status = guarded([&]() -> Status {
    CLOGS_ASSIGN_OR_RETURN(const RowFormat format, row_format(message.format()));
    CLOGS_ASSIGN_OR_RETURN(const QueryText text, query_text(message));
    CLOGS_ASSIGN_OR_RETURN(const query::PreparedPtr prepared,
                           engine->prepare(text.text, text.syntax, text.params));
    CLOGS_ASSIGN_OR_RETURN(const std::string tenant, query_tenant(who, *prepared));
    RowWriter sink(format, *writer);
    const Status ran = engine->run(*prepared, tenant, sink, cancel);
    rows = sink.rows();
    return ran;
  });
  if (!status.ok() && too_late(context)) return deadline_status();
  return query_status(status);
}

void QueryJob::run() {
  uint64_t rows = 0;
  CallStatus status = answer(rows);
  finish(std::move(status), rows);
}

void QueryJob::finish(CallStatus status, uint64_t rows) {
  if (metrics != nullptr) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    metrics->request(context.transport, method, static_cast<unsigned>(status.code), took.count());
    metrics->queried(context.transport, status.code, rows, took.count());
  }
  writer->finish(std::move(status));
}

class QueryCall final : public StreamCall {
 public:
  explicit QueryCall(query::CancelToken cancel) : cancel_(std::move(cancel)) {}
  ~QueryCall() override { QueryCall::cancel(); }
  void cancel() override { cancel_->store(true); }

 private:
  query::CancelToken cancel_;
};

}  // namespace

std::shared_ptr<StreamCall> start_query(const Services& services, WorkerPool& workers,
                                        const Principal& principal, const CallContext& context,
                                        std::string request, std::shared_ptr<StreamWriter> writer) {
  auto job = std::make_shared<QueryJob>(QueryJob{.engine = services.engine,
                                                 .metrics = services.metrics,
                                                 .who = principal,
                                                 .context = context,
                                                 .request = std::move(request),
                                                 .writer = std::move(writer)});
  auto call = std::make_shared<QueryCall>(job->cancel);
  if (!workers.submit([job] { job->run(); })) job->finish(busy_status(), 0);
  return call;
}

}  // namespace clogs::api::rpc
