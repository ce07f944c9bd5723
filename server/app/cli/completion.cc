// Completion scripts are made from the table of commands, so they cannot fall behind it.
#include <fmt/format.h>

#include "server/app/cli/cli.h"

namespace clogs::app {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

std::string verb_names() {
  std::vector<std::string> names;
  for (const CommandInfo& command : commands()) {
    if (command.name.find(' ') == std::string::npos) names.push_back(command.name);
  }
  return joined(names);
}

// What follows a verb: "check show" after "config".
std::string sub_verbs(const std::string& verb) {
  std::vector<std::string> names;
  for (const CommandInfo& command : commands()) {
    if (command.name.starts_with(verb + " ")) names.push_back(command.name.substr(verb.size() + 1));
  }
  return joined(names);
}

std::string bash_cases() {
  std::string cases;
  for (const CommandInfo& command : commands()) {
    std::string words = joined(command.options);
    std::string sub = sub_verbs(command.name);
    if (!sub.empty()) words += " " + sub;
    cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", command.name, words);
  }
  return cases;
}

std::string bash_script() {
  return fmt::format(R"(# bash completion of clogs; load it with: source <(clogs completion bash)
_clogs() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" verb="${{COMP_WORDS[1]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{} --help --version"
  else
    case "${{COMP_WORDS[2]}}" in
      check | show)
        [ "$verb" = config ] && [ "$COMP_CWORD" -gt 2 ] && verb="config ${{COMP_WORDS[2]}}" ;;
    esac
    case "$verb" in
{}    esac
  fi
  if [[ "$current" == -* || "$COMP_CWORD" -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"; compgen -f -- "$current")
  fi
}}
complete -o filenames -F _clogs clogs
)",
                     verb_names(), bash_cases());
}

std::string zsh_script() {
  return "#compdef clogs\n# zsh completion of clogs; load it with: source <(clogs completion zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script();
}

std::string fish_quoted(std::string text) {
  for (size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return "'" + text + "'";
}

std::string fish_script() {
  std::string script = "# fish completion of clogs; load it with: clogs completion fish | source\n";
  for (const CommandInfo& command : commands()) {
    size_t space = command.name.find(' ');
    std::string verb = command.name.substr(0, space);
    if (space == std::string::npos) {
      script += fmt::format("complete -c clogs -n __fish_use_subcommand -f -a {} -d {}\n", verb,
                            fish_quoted(command.about));
    } else {
      script +=
          fmt::format("complete -c clogs -n '__fish_seen_subcommand_from {}' -f -a {} -d {}\n",
                      verb, command.name.substr(space + 1), fish_quoted(command.about));
    }
    for (const std::string& option : command.options) {
      if (!option.starts_with("--")) continue;
      script += fmt::format("complete -c clogs -n '__fish_seen_subcommand_from {}' -l {}\n", verb,
                            option.substr(2));
    }
  }
  return script;
}

}  // namespace

std::string completion_script(const std::string& shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return {};
}

}  // namespace clogs::app
