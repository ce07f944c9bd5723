#include <fmt/format.h>

#include "server/app/cli/verbs.h"

namespace clogs::app {

int fail(std::string_view sentence) {
  fmt::print(stderr, "clogs: {}\n", sentence);
  return exit_failed;
}

int fail(const Status& status) { return fail(status.message()); }

}  // namespace clogs::app
