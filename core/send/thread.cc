#include "core/send/thread.h"

#include <csignal>
#include <system_error>
#include <utility>

#include <pthread.h>

namespace clogs::send {

Result<std::thread> start_thread(const char* name, std::function<void()> body) {
  // A new thread inherits the mask of its creator.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread;
  Status status;
  try {
    thread = std::thread(std::move(body));
  } catch (const std::system_error& error) {
    status = unavailable("Cannot start a thread: " + error.code().message());
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!status.ok()) return status;
#ifdef __linux__
  pthread_setname_np(thread.native_handle(), name);
#else
  (void)name;
#endif
  return thread;
}

}  // namespace clogs::send
