#include "server/api/grpc/services.h"

#include <utility>

#include <grpcpp/support/server_callback.h>

#include "clogs/v1/ingest.grpc.pb.h"
#include "clogs/v1/query.grpc.pb.h"
#include "server/api/grpc/bytes.h"
#include "server/api/grpc/ingest_stream.h"
#include "server/api/grpc/message_stream.h"
#include "server/api/grpc/unary_call.h"

namespace clogs::api {
namespace {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;

template <typename Base>
using RawIngest = v1::IngestLog::WithRawCallbackMethod_Ingest<
    v1::IngestLog::WithRawCallbackMethod_IngestStream<Base>>;
template <typename Base>
using RawQuery = v1::QueryLogs::WithRawCallbackMethod_Query<
    v1::QueryLogs::WithRawCallbackMethod_Tail<v1::QueryLogs::WithRawCallbackMethod_Explain<
        v1::QueryLogs::WithRawCallbackMethod_Fields<Base>>>>;

// Begins a unary call; `finish` is given the call and its answer, from any thread.
template <typename Finish>
grpc::ServerUnaryReactor* unary(const GrpcLimits& limits, Calls& calls, std::string_view path,
                                CallbackServerContext* context, const ByteBuffer* request,
                                ByteBuffer* response, Finish finish) {
  UnaryCall* const call = std::make_unique<UnaryCall>(limits, *context, *response).release();
  CallContext called = call_context(*context);
  called.cancel = call->cancelled();
  calls.unary(path, called, bytes_of(*request),
              [call, finish](const CallStatus& status, std::string bytes) {
                finish(*call, status, std::move(bytes));
              });
  return call;
}

class IngestLog final : public RawIngest<v1::IngestLog::Service> {
 public:
  IngestLog(const GrpcLimits& limits, const Services& services, Calls& calls, ActiveCalls& active,
            Answers& answers)
      : limits_(limits), services_(services), calls_(calls), active_(active), answers_(answers) {}

  grpc::ServerUnaryReactor* Ingest(CallbackServerContext* context, const ByteBuffer* request,
                                   ByteBuffer* response) override {
    return unary(
        limits_, calls_, "/clogs.v1.IngestLog/Ingest", context, request, response,
        [&answers = answers_](UnaryCall& call, CallStatus status, std::string bytes) {
          answers.post([&call, status = std::move(status), bytes = std::move(bytes)]() mutable {
            call.answer(status, std::move(bytes));
          });
        });
  }

  grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* IngestStream(
      CallbackServerContext* context) override {
    const auto stream =
        std::make_shared<api::IngestStream>(limits_, services_, calls_, active_, answers_);
    stream->open(call_context(*context));
    return stream.get();
  }

 private:
  const GrpcLimits& limits_;
  const Services& services_;
  Calls& calls_;
  ActiveCalls& active_;
  Answers& answers_;
};

class QueryLogs final : public RawQuery<v1::QueryLogs::Service> {
 public:
  QueryLogs(const GrpcLimits& limits, Calls& calls, ActiveCalls& active)
      : limits_(limits), calls_(calls), active_(active) {}

  grpc::ServerWriteReactor<ByteBuffer>* Query(CallbackServerContext* context,
                                              const ByteBuffer* request) override {
    return stream("/clogs.v1.QueryLogs/Query", limits_.stream_buffer_bytes, false, context,
                  request);
  }

  grpc::ServerWriteReactor<ByteBuffer>* Tail(CallbackServerContext* context,
                                             const ByteBuffer* request) override {
    return stream("/clogs.v1.QueryLogs/Tail", limits_.tail_buffer_bytes, true, context, request);
  }

  grpc::ServerUnaryReactor* Explain(CallbackServerContext* context, const ByteBuffer* request,
                                    ByteBuffer* response) override {
    return at_once("/clogs.v1.QueryLogs/Explain", context, request, response);
  }

  grpc::ServerUnaryReactor* Fields(CallbackServerContext* context, const ByteBuffer* request,
                                   ByteBuffer* response) override {
    return at_once("/clogs.v1.QueryLogs/Fields", context, request, response);
  }

 private:
  grpc::ServerUnaryReactor* at_once(std::string_view path, CallbackServerContext* context,
                                    const ByteBuffer* request, ByteBuffer* response) {
    return unary(limits_, calls_, path, context, request, response,
                 [](UnaryCall& call, const CallStatus& status, std::string bytes) {
                   call.answer(status, std::move(bytes));
                 });
  }

  grpc::ServerWriteReactor<ByteBuffer>* stream(std::string_view path, size_t buffer_bytes,
                                               bool ends_on_drain, CallbackServerContext* context,
                                               const ByteBuffer* request) {
    const auto stream = std::make_shared<MessageStream>(
        MessageStream::Bounds{buffer_bytes, limits_.write_timeout}, active_);
    if (limits_.compress_loopback || !is_local(*context)) {
      context->set_compression_level(GRPC_COMPRESS_LEVEL_LOW);
    }
    stream->open(ends_on_drain);
    stream->attach(calls_.server_stream(path, call_context(*context), bytes_of(*request), stream));
    return stream.get();
  }

  const GrpcLimits& limits_;
  Calls& calls_;
  ActiveCalls& active_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> make_grpc_services(const GrpcLimits& limits,
                                                               const Services& services,
                                                               Calls& calls, ActiveCalls& active,
                                                               Answers& answers) {
  std::vector<std::unique_ptr<grpc::Service>> all;
  all.push_back(std::make_unique<IngestLog>(limits, services, calls, active, answers));
  all.push_back(std::make_unique<QueryLogs>(limits, calls, active));
  return all;
}

}  // namespace clogs::api
