// Whether an address can be listened on.
#pragma once

#include <cstdint>
#include <string>

#include "clogs/result.h"

namespace clogs::app {

// Binds and lets go at once. "127.0.0.1:8080 is in use by another process" and the like. Port 0 is
// always free.
Status check_can_listen(const std::string& host, uint16_t port);

}  // namespace clogs::app
