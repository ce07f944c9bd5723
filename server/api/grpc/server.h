// The gRPC port: clogs.v1.IngestLog, clogs.v1.QueryLogs, grpc.health.v1.Health and reflection.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "clogs/result.h"
#include "server/api/calls.h"
#include "server/api/grpc/limits.h"
#include "server/api/services.h"

namespace clogs::api {

struct GrpcTls {
  std::string cert_file;       // PEM, the whole chain
  std::string key_file;        // PEM
  std::string client_ca_file;  // PEM; if set, clients without a certificate of it are refused
};

struct GrpcOptions {
  std::string address = "127.0.0.1";  // or a name that resolves to one
  uint16_t port = 9090;               // 0: any free one
  std::optional<GrpcTls> tls;
  GrpcLimits limits;
};

class GrpcServer {
 public:
  // Answers from the return on. `calls`, and of `services` the sink, the metrics and the health,
  // outlive it. Failures: a taken port or unusable address (unavailable), unreadable certificates
  // (invalid_argument).
  static Result<std::unique_ptr<GrpcServer>> start(const GrpcOptions& options,
                                                   const Services& services, Calls& calls);
  // Cancels what still runs, and waits for it.
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  uint16_t port() const;

  // Takes no further calls. Live tails end with UNAVAILABLE, ingest streams answer the batches that
  // were read and end the same way; other calls run on until `deadline`, then they are cancelled.
  // Returns when no call is left.
  void drain(std::chrono::system_clock::time_point deadline);

 private:
  struct Impl;
  explicit GrpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::api
