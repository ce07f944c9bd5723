// The command line: verbs, options, help, suggestions for slips, shell completion.
#pragma once

#include <string>
#include <vector>

namespace clogs::app {

// Runs the verb that the arguments name and gives the process's exit code: 0 done, 1 failed, 2
// wrong usage. `arguments` leaves out the program's name.
int run_command_line(const std::vector<std::string>& arguments);

// A verb or option as completion and docs need it.
struct CommandInfo {
  std::string name;  // "config show"
  std::string about;
  std::vector<std::string> options;  // "--http", ...
};
std::vector<CommandInfo> commands();

// A completion script for "bash", "zsh" or "fish"; empty for any other shell.
std::string completion_script(const std::string& shell);

}  // namespace clogs::app
