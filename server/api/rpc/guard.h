// Work that must not let an exception of a library out of a thread of ours.
#pragma once

#include <exception>
#include <string>

#include "clogs/status.h"

namespace clogs::api::rpc {

// What `work` returns; an exception becomes an internal error.
template <typename Work>
Status guarded(Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return internal_error(std::string("The server met an unexpected error: ") + error.what());
  } catch (...) {
    return internal_error("The server met an unexpected error");
  }
}

}  // namespace clogs::api::rpc
