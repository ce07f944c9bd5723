#include "server/app/cli/output.h"

#include <cstdio>

namespace clogs::app {

namespace {

Status cannot_write() { return unavailable("cannot write to standard output"); }

}  // namespace

Status write_out(std::string_view text) {
  bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return written ? ok_status() : cannot_write();
}

Status flush_out() { return std::fflush(stdout) == 0 ? ok_status() : cannot_write(); }

Status end_answer(query::Format format) {
  if (format == query::Format::edn || format == query::Format::json) {
    CLOGS_RETURN_IF_ERROR(write_out("\n"));
  }
  return flush_out();
}

}  // namespace clogs::app
