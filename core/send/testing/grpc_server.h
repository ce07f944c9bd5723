// A real gRPC server (the gRPC library's) that does what the method says. Links gRPC.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

namespace clogs::send::testing {

// Methods, each with a body of words:
//   /test/Echo          answers with the body
//   /test/Sink          answers with nothing
//   /test/Zip           the same, compressed
//   /test/Status        "CODE RETRY_MS MESSAGE": that status, with RetryInfo unless 0
//   /test/Hang          answers when it is cancelled or released, with Aborted
//   /test/Rows          "COUNT BYTES CODE": so many messages of so many bytes, then that status
//   /test/Apply         "PRODUCER SEQUENCE": is counted, answers with how often it was before
//   /test/Applied       answers "DISTINCT ALL": what was applied, each once and with repetitions
// Others are UNIMPLEMENTED.
class GrpcServer {
 public:
  struct Options {
    int port = 0;
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    int max_connection_age_ms = 0;  // 0: for ever
    int max_receive_bytes = 64 << 20;
  };
  GrpcServer() : GrpcServer(Options{}) {}
  explicit GrpcServer(Options options);
  ~GrpcServer();

  int port() const { return port_; }
  // How often each (producer, sequence) was applied.
  std::map<std::pair<std::string, uint64_t>, int> applied();
  // Messages of /test/Rows that gRPC has taken from us.
  int rows_written() const { return rows_written_.load(); }
  // Calls of /test/Hang that wait.
  void wait_for_hanging(int count);
  void wait_for_cancelled(int count);

 private:
  class Service;
  class Reactor;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<std::string, uint64_t>, int> applied_;
  std::atomic<int> rows_written_{0};
  int hanging_ = 0;
  int cancelled_ = 0;

  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace clogs::send::testing
