// QueryLogs/Tail: a subscription that lives as long as its call.
#include <mutex>
#include <utility>

#include "clogs/v1/query.pb.h"
#include "core/record/wire.h"
#include "server/api/query_tenant.h"
#include "server/api/rpc/details.h"
#include "server/api/rpc/guard.h"
#include "server/api/rpc/request.h"
#include "server/api/rpc/stream.h"
#include "server/api/worker_pool.h"
#include "server/query/engine.h"

namespace clogs::api::rpc {
namespace {

namespace wire = record::wire;
constexpr std::string_view method = "QueryLogs/Tail";

std::string message_of(RowFormat format, const query::TailRow& row) {
  std::string text;
  print_row(format, row.row, text);
  std::string message;
  message.reserve(text.size() + 32);
  wire::put_tag(clogs::v1::TailResponse::kSequenceFieldNumber, wire::varint, message);
  wire::put_varint(row.sequence, message);
  wire::put_bytes(clogs::v1::TailResponse::kRecordFieldNumber, text, message);
  if (row.dropped > 0) {
    wire::put_tag(clogs::v1::TailResponse::kDroppedFieldNumber, wire::varint, message);
    wire::put_varint(row.dropped, message);
  }
  return message;
}

class Tail {
 public:
  Tail(const Services& services, Principal who, const CallContext& context, std::string request,
       std::shared_ptr<StreamWriter> writer)
      : engine_(services.engine),
        metrics_(services.metrics),
        who_(std::move(who)),
        context_(context),
        request_(std::move(request)),
        writer_(std::move(writer)) {}

  // On a worker: parses and subscribes, then leaves the worker.
  void begin() {
    if (too_late(context_)) return end(deadline_status());
    clogs::v1::TailRequest message;
    if (!message.ParseFromString(request_)) return end(not_a_message("TailRequest"));
    std::unique_ptr<query::TailSubscription> subscription;
    const Status status = guarded([&]() -> Status {
      CLOGS_ASSIGN_OR_RETURN(subscription, subscribe(message));
      return {};
    });
    if (!status.ok()) return end(query_status(status));
    {
      const std::lock_guard lock(mutex_);
      if (!cancelled_) {
        subscription_ = std::move(subscription);
        if (metrics_ != nullptr) metrics_->tails(context_.transport, 1);
        return;
      }
    }
    subscription.reset();
    end(cancelled_status());
  }

  void refuse(CallStatus status) { end(std::move(status)); }

  void cancel() {
    std::unique_ptr<query::TailSubscription> subscription;
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      subscription = std::move(subscription_);
    }
    // Without a subscription begin() is still to end, or has failed, and finishes the call itself.
    if (!subscription) return;
    subscription.reset();
    if (metrics_ != nullptr) metrics_->tails(context_.transport, -1);
    end(too_late(context_) ? deadline_status() : cancelled_status());
  }

 private:
  Result<std::unique_ptr<query::TailSubscription>> subscribe(const v1::TailRequest& message) {
    CLOGS_ASSIGN_OR_RETURN(const RowFormat format, tail_format(message.format()));
    CLOGS_ASSIGN_OR_RETURN(const QueryText text, query_text(message));
    CLOGS_ASSIGN_OR_RETURN(query::PreparedPtr prepared,
                           engine_->prepare(text.text, text.syntax, text.params));
    CLOGS_ASSIGN_OR_RETURN(const std::string tenant, query_tenant(who_, *prepared));
    return engine_->tail(std::move(prepared), tenant,
                         [writer = writer_, metrics = metrics_, transport = context_.transport,
                          format](const query::TailRow& row) {
                           const bool taken =
                               writer->offer(message_of(format, row)) == StreamWriter::Offer::taken;
                           if (metrics != nullptr)
                             metrics->tail_sent(transport, taken ? 1 : 0, taken ? 0 : 1);
                           return taken;
                         });
  }

  // Once, after the subscription has ended: nobody else uses the writer then.
  void end(CallStatus status) {
    if (metrics_ != nullptr) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start_;
      metrics_->request(context_.transport, method, static_cast<unsigned>(status.code),
                        took.count());
    }
    writer_->finish(std::move(status));
  }

  query::Engine* engine_;
  Metrics* metrics_;
  const Principal who_;
  const CallContext context_;
  const std::string request_;
  const std::shared_ptr<StreamWriter> writer_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  bool cancelled_ = false;                                 // guarded by mutex_
  std::unique_ptr<query::TailSubscription> subscription_;  // guarded by mutex_
};

class TailCall final : public StreamCall {
 public:
  explicit TailCall(std::shared_ptr<Tail> tail) : tail_(std::move(tail)) {}
  ~TailCall() override { tail_->cancel(); }
  void cancel() override { tail_->cancel(); }

 private:
  std::shared_ptr<Tail> tail_;
};

}  // namespace

std::shared_ptr<StreamCall> start_tail(const Services& services, WorkerPool& workers,
                                       const Principal& principal, const CallContext& context,
                                       std::string request, std::shared_ptr<StreamWriter> writer) {
  auto tail =
      std::make_shared<Tail>(services, principal, context, std::move(request), std::move(writer));
  if (!workers.submit([tail] { tail->begin(); })) tail->refuse(busy_status());
  return std::make_shared<TailCall>(std::move(tail));
}

}  // namespace clogs::api::rpc
