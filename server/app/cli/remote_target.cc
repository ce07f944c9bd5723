#include "server/app/cli/remote_target.h"

#include <csignal>

namespace clogs::app {

namespace {

// A signal handler reaches nothing but static storage.
remote::Stop stop_requested{false};
static_assert(remote::Stop::is_always_lock_free);

void request_stop(int) { stop_requested.store(true); }

}  // namespace

remote::Target target_of(const RemoteOptions& options) {
  remote::Target target;
  if (!options.url.empty()) target.url = options.url;
  target.api_key = options.api_key;
  target.ca_file = options.ca_file;
  target.tenant = options.tenant;
  return target;
}

const remote::Stop& stop_on_signal() {
  struct sigaction action{};
  action.sa_handler = request_stop;
  // A second signal ends the process the hard way.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return stop_requested;
}

}  // namespace clogs::app
