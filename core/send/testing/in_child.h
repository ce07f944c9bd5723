// A piece of a test in a forked child.
#pragma once

#include <functional>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clogs::send::testing {

// A child that hangs is ended by its alarm, which then is its failure.
constexpr unsigned child_seconds = 30;

inline pid_t start_child(const std::function<bool()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(child_seconds);
    ::_exit(body() ? 0 : 1);
  }
  return pid;
}

inline bool child_succeeds(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Runs `body` in a child; true if it returned true.
inline bool in_child(const std::function<bool()>& body) {
  return child_succeeds(start_child(body));
}

}  // namespace clogs::send::testing
