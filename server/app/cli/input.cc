#include "server/app/cli/input.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace clogs::app {

Result<std::string> read_all(const std::string& path) {
  bool standard_input = path.empty() || path == "-";
  int fd = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno_status(errno, path);
  std::string text;
  constexpr size_t step = size_t{1} << 20;
  Status status;
  for (;;) {
    size_t size = text.size();
    text.resize(size + step);
    ssize_t got = ::read(fd, text.data() + size, step);
    text.resize(size + static_cast<size_t>(got > 0 ? got : 0));
    if (got == 0) break;
    if (got < 0 && errno != EINTR) {
      status = errno_status(errno, standard_input ? "standard input" : path);
      break;
    }
  }
  if (!standard_input) ::close(fd);
  if (!status.ok()) return status;
  return text;
}

}  // namespace clogs::app
