// `clogs serve`: runs the server until it is told to stop.
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <pthread.h>

#include "server/api/log.h"
#include "server/app/cli/verbs.h"
#include "server/app/config/load.h"
#include "server/app/serve/log.h"
#include "server/app/serve/server.h"
#include "server/app/version.h"

namespace clogs::app {

namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// Waits for a signal to stop. Afterwards the signals do again what they do by default, so that a
// second one ends a drain that takes too long.
int wait_for_stop(const sigset_t& signals) {
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return received;
}

}  // namespace

int run_serve(const ServeOptions& options) {
  Result<Config> config = load_config(options.config_file, options.flags);
  if (!config.ok()) return fail(config.status());
  auto log = make_logger(config->text("log.level"),
                         config->text("log.format") == "json" ? LogFormat::json : LogFormat::text);
  // Before any thread is made, so that all inherit the mask and only sigwait() sees the signals.
  sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  Result<std::unique_ptr<Server>> server = Server::start(*config, log);
  if (!server.ok()) return fail(server.status());
  api::log(log, api::LogLevel::info, "ready",
           {{"http", (*server)->http_address()},
            {"grpc", (*server)->grpc_address()},
            {"data_dir", config->text("data-dir")},
            {"version", std::string(version)}});

  int received = wait_for_stop(signals);
  api::log(log, api::LogLevel::info, "draining",
           {{"signal", received == SIGTERM ? "SIGTERM" : "SIGINT"}});
  bool all_done = (*server)->drain();
  api::log(log, all_done ? api::LogLevel::info : api::LogLevel::warn,
           all_done ? "stopped" : "stopped; some requests were cut");
  return exit_done;
}

}  // namespace clogs::app
