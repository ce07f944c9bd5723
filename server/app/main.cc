#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "server/app/cli/cli.h"
#include "server/app/cli/options.h"

int main(int argc, char** argv) {
  try {
    return clogs::app::run_command_line(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "clogs: %s\n", error.what());
    return clogs::app::exit_failed;
  }
}
