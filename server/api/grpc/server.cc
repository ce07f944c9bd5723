#include "server/api/grpc/server.h"

#include <utility>

#include <grpc/compression.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "server/api/grpc/active_calls.h"
#include "server/api/grpc/answers.h"
#include "server/api/grpc/core_log.h"
#include "server/api/grpc/health.h"
#include "server/api/grpc/listen.h"
#include "server/api/grpc/services.h"
#include "server/api/grpc/tls.h"

namespace clogs::api {
namespace {

// A connection that says nothing is asked whether it lives; one that does not answer is closed.
constexpr int keepalive_time_ms = 60'000;
constexpr int keepalive_timeout_ms = 20'000;
// Clients may ask as often as every second and without a call; the default, once in five minutes,
// ends connections of clients behind impatient proxies.
constexpr int client_ping_interval_ms = 1'000;
// What a client may send of one call before we have read it. A fixed window: with gRPC's estimate
// of it (1.51), one large message in four stood still until the next probe, ten seconds later.
constexpr int stream_window_bytes = 4 << 20;
// What clients may send and be sent. Without deflate, which Calls could not tell from a message.
constexpr int algorithms = (1 << GRPC_COMPRESS_NONE) | (1 << GRPC_COMPRESS_GZIP);

void configure(grpc::ServerBuilder& builder, const GrpcLimits& limits) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits.message_bytes));
  builder.SetMaxSendMessageSize(-1);
  // gRPC (1.51) expands a compressed message as a whole, whatever it grows to, before it looks at
  // its one limit a second time. So it leaves messages as they were sent, which is what its limit
  // is then about, and Calls expands them within a limit of its own.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, algorithms);
  // Two servers on one port would share its connections at random.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.concurrent_calls);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, stream_window_bytes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_time_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive_timeout_ms);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             client_ping_interval_ms);
}

}  // namespace

struct GrpcServer::Impl {
  Impl(const GrpcOptions& server_options, const Services& server_services)
      : options(server_options), services(server_services) {}

  const GrpcOptions options;
  const Services services;
  ActiveCalls active;
  Answers answers;
  std::vector<std::unique_ptr<grpc::Service>> grpc_services;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<HealthWatch> health;
  int port = 0;
};

Result<std::unique_ptr<GrpcServer>> GrpcServer::start(const GrpcOptions& options,
                                                      const Services& services, Calls& calls) {
  CLOGS_ASSIGN_OR_RETURN(const auto credentials, make_credentials(options.tls));
  CLOGS_RETURN_IF_ERROR(check_listen(options.address, options.port));
  quiet_core_log();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  auto impl = std::make_unique<Impl>(options, services);
  impl->grpc_services =
      make_grpc_services(impl->options.limits, impl->services, calls, impl->active, impl->answers);
  grpc::ServerBuilder builder;
  configure(builder, options.limits);
  const std::string target = listen_target(options.address, options.port);
  builder.AddListeningPort(target, credentials, &impl->port);
  for (const auto& service : impl->grpc_services) builder.RegisterService(service.get());
  impl->server = builder.BuildAndStart();
  if (!impl->server) return unavailable("gRPC cannot listen on " + target);
  impl->health =
      std::make_unique<HealthWatch>(*impl->server->GetHealthCheckService(), impl->services.health,
                                    impl->options.limits.health_interval);
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(impl)));
}

GrpcServer::GrpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

GrpcServer::~GrpcServer() { drain(std::chrono::system_clock::now()); }

uint16_t GrpcServer::port() const { return static_cast<uint16_t>(impl_->port); }

void GrpcServer::drain(std::chrono::system_clock::time_point deadline) {
  impl_->health->stop();
  impl_->active.drain();
  impl_->server->Shutdown(deadline);
  impl_->server->Wait();
}

}  // namespace clogs::api
