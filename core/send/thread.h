// Threads of the client: named, and deaf to the application's signals.
#pragma once

#include <functional>
#include <thread>

#include "clogs/result.h"

namespace clogs::send {

// Starts `body` with every signal blocked, so that the application's handlers never run on it.
// `name`: at most 15 bytes, the system's limit. The caller joins the thread. Failure: unavailable.
Result<std::thread> start_thread(const char* name, std::function<void()> body);

}  // namespace clogs::send
