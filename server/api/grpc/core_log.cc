#include "server/api/grpc/core_log.h"

#include <cstdio>
#include <string_view>

#include <grpc/support/log.h>

namespace clogs::api {
namespace {

void on_line(gpr_log_func_args* line) {
  if (!std::string_view(line->message).starts_with("assertion failed")) return;
  std::fprintf(stderr, "gRPC: %s:%d: %s\n", line->file, line->line, line->message);
}

}  // namespace

void quiet_core_log() { gpr_set_log_function(on_line); }

}  // namespace clogs::api
