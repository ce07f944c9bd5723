// `clogs config check` and `clogs config show`.
#include <cstdlib>

#include <fmt/format.h>

#include "core/edn/printer.h"
#include "server/app/cli/verbs.h"
#include "server/app/config/load.h"

namespace clogs::app {

int run_config_check(const ConfigOptions& options) {
  Config config;
  Status status = config.load_file(options.file);
  if (status.ok()) status = config.check();
  if (!status.ok()) return fail(status);
  fmt::print("{}: the configuration is valid\n", options.file);
  return exit_done;
}

int run_config_show(const ConfigOptions& options) {
  Result<Config> config = load_config(options.file, options.flags);
  if (!config.ok()) return fail(config.status());
  if (options.format == "edn") {
    fmt::print("{}\n", edn::print(config->show_edn()));
  } else {
    fmt::print("{}", config->show());
  }
  return exit_done;
}

}  // namespace clogs::app
