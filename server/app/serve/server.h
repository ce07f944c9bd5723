// The whole server: the one place where the parts are wired together.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "clogs/result.h"
#include "server/app/config/config.h"

namespace spdlog {
class logger;
}

namespace clogs::app {

class Server {
 public:
  // Opens the store, then listens. With a failure nothing of it is left running.
  static Result<std::unique_ptr<Server>> start(const Config& config,
                                               std::shared_ptr<spdlog::logger> log);
  ~Server();
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);  // for start()

  // "127.0.0.1:8080", with the port that was chosen where 0 was asked for.
  const std::string& http_address() const;
  const std::string& grpc_address() const;

  // Takes no more requests, lets those under way finish within the setting timeouts.drain, writes
  // what was accepted. False if HTTP requests had to be cut.
  bool drain();

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::app
