#include "server/api/calls.h"

#include <utility>

#include "server/api/rpc/details.h"
#include "server/api/rpc/guard.h"
#include "server/api/rpc/ingest.h"
#include "server/api/rpc/lookup.h"
#include "server/api/rpc/message.h"
#include "server/api/rpc/stream.h"
#include "server/api/worker_pool.h"

namespace clogs::api {
namespace {

constexpr std::string_view ingest_path = "/clogs.v1.IngestLog/Ingest";
constexpr std::string_view query_path = "/clogs.v1.QueryLogs/Query";
constexpr std::string_view tail_path = "/clogs.v1.QueryLogs/Tail";
constexpr std::string_view explain_path = "/clogs.v1.QueryLogs/Explain";
constexpr std::string_view fields_path = "/clogs.v1.QueryLogs/Fields";

// "IngestLog/Ingest" of "/clogs.v1.IngestLog/Ingest".
std::string_view short_name(std::string_view path) { return path.substr(path.find('.') + 4); }

CallStatus no_such_method(std::string_view path) {
  return call_status(unimplemented("There is no method " + std::string(path)));
}

// `done`, counting the request before.
Calls::Done counted(Metrics* metrics, Transport transport, std::string_view path,
                    Calls::Done done) {
  if (metrics == nullptr) return done;
  const auto start = std::chrono::steady_clock::now();
  return [=, name = short_name(path), done = std::move(done)](CallStatus status,
                                                              std::string response) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    metrics->request(transport, name, static_cast<unsigned>(status.code), took.count());
    done(std::move(status), std::move(response));
  };
}

}  // namespace

Calls::Calls(const Services& services, WorkerPool& workers, CallLimits limits)
    : services_(services), workers_(workers), limits_(limits) {}

Calls::~Calls() = default;

Calls::Kind Calls::kind(std::string_view full_method) {
  if (full_method == ingest_path || full_method == explain_path || full_method == fields_path) {
    return Kind::unary;
  }
  const bool streams = full_method == query_path || full_method == tail_path;
  return streams ? Kind::server_stream : Kind::none;
}

CallStatus Calls::authorize(const CallContext& context, Rights needed, Principal& principal) const {
  Result<Principal> result = services_.auth == nullptr
                                 ? Principal{}
                                 : services_.auth->authorize(context.authorization, needed);
  if (!result.ok()) return call_status(result.status());
  Result<Principal> entered = Authorizer::enter(*std::move(result), context.tenant, needed);
  if (!entered.ok()) return call_status(entered.status());
  principal = *std::move(entered);
  return {};
}

void Calls::unary(std::string_view full_method, const CallContext& context, std::string request,
                  Done done) {
  if (kind(full_method) != Kind::unary) return done(no_such_method(full_method), {});
  // The path that lives as long as the program, not as long as the caller's.
  const std::string_view path = full_method == ingest_path    ? ingest_path
                                : full_method == explain_path ? explain_path
                                                              : fields_path;
  done = counted(services_.metrics, context.transport, path, std::move(done));
  Principal principal;
  const Rights needed = path == ingest_path ? right_ingest : right_query;
  if (CallStatus denied = authorize(context, needed, principal); !denied.ok()) {
    return done(std::move(denied), {});
  }
  Result<rpc::Message> message =
      rpc::receive(std::move(request), context.transport, services_.sink, limits_.expanded_bytes);
  if (path == ingest_path) {
    return rpc::ingest(services_, principal, context.transport, std::move(message),
                       std::move(done));
  }
  if (!message.ok()) return done(rpc::ingest_status(message.status()), {});
  if (path == explain_path) {
    std::string response;
    CallStatus status = rpc::explain(services_, message->bytes, response);
    return done(std::move(status), std::move(response));
  }
  auto shared_done = std::make_shared<Done>(std::move(done));
  const bool queued = workers_.submit(
      [services = services_, principal, context, message = *std::move(message), shared_done] {
        if (rpc::too_late(context)) return (*shared_done)(rpc::deadline_status(), {});
        std::string response;
        CallStatus status = rpc::fields(services, principal, context, message.bytes, response);
        (*shared_done)(std::move(status), std::move(response));
      });
  if (!queued) (*shared_done)(rpc::busy_status(), {});
}

std::shared_ptr<StreamCall> Calls::server_stream(std::string_view full_method,
                                                 const CallContext& context, std::string request,
                                                 std::shared_ptr<StreamWriter> writer) {
  // A call that ended before it began.
  class Ended final : public StreamCall {
    void cancel() override {}
  };
  if (kind(full_method) != Kind::server_stream) {
    writer->finish(no_such_method(full_method));
    return std::make_shared<Ended>();
  }
  Principal principal;
  CallStatus refused = authorize(context, right_query, principal);
  Result<rpc::Message> message = rpc::Message();
  if (refused.ok()) {
    message =
        rpc::receive(std::move(request), context.transport, services_.sink, limits_.expanded_bytes);
    if (!message.ok()) refused = rpc::ingest_status(message.status());
  }
  if (!refused.ok()) {
    if (services_.metrics != nullptr) {
      services_.metrics->request(context.transport,
                                 short_name(full_method == query_path ? query_path : tail_path),
                                 static_cast<unsigned>(refused.code), 0);
    }
    writer->finish(std::move(refused));
    return std::make_shared<Ended>();
  }
  const auto start = full_method == query_path ? rpc::start_query : rpc::start_tail;
  return start(services_, workers_, principal, context, std::move(message->bytes),
               std::move(writer));
}

CallStatus Calls::open_ingest_stream(const CallContext& context, Principal& principal) const {
  return authorize(context, right_ingest, principal);
}

void Calls::ingest_stream_batch(const Principal& principal, Transport transport,
                                std::string request, Answer answer) {
  rpc::ingest_stream_batch(
      services_, principal, transport,
      rpc::receive(std::move(request), transport, services_.sink, limits_.expanded_bytes),
      std::move(answer));
}

}  // namespace clogs::api
