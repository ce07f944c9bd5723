#include "core/send/testing/server_process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/send/testing/grpc_server.h"

namespace clogs::send::testing {
namespace {

// Says its port through the pipe and serves until its parent closes the other end, however it ends.
[[noreturn]] void serve(int to_parent, int from_parent, const std::string& certificate,
                        const std::string& key) {
  GrpcServer::Options options;
  if (!certificate.empty()) {
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({key, certificate});
    options.credentials = grpc::SslServerCredentials(tls);
  }
  const GrpcServer server(options);
  const int port = server.port();
  [[maybe_unused]] const auto written = ::write(to_parent, &port, sizeof port);
  ::close(to_parent);
  char byte = 0;
  [[maybe_unused]] const auto got = ::read(from_parent, &byte, 1);
  ::_exit(0);
}

}  // namespace

ServerProcess::ServerProcess(const std::string& certificate, const std::string& key) {
  int port_pipe[2] = {};
  int life_pipe[2] = {};
  if (::pipe(port_pipe) != 0 || ::pipe(life_pipe) != 0) return;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(life_pipe[1]);
    serve(port_pipe[1], life_pipe[0], certificate, key);
  }
  ::close(port_pipe[1]);
  ::close(life_pipe[0]);
  [[maybe_unused]] const auto got = ::read(port_pipe[0], &port_, sizeof port_);
  ::close(port_pipe[0]);
}

ServerProcess::~ServerProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace clogs::send::testing
