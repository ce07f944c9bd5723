// A GrpcServer in a process of its own, for tests that fork: gRPC does not survive that in theirs.
#pragma once

#include <string>

#include <sys/types.h>

namespace clogs::send::testing {

class ServerProcess {
 public:
  // Before this process has threads. With a certificate and key (PEM) the server speaks TLS.
  ServerProcess(const std::string& certificate, const std::string& key);
  ServerProcess() : ServerProcess("", "") {}
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess();

  int port() const { return port_; }

 private:
  pid_t pid_ = -1;
  int port_ = 0;
};

}  // namespace clogs::send::testing
