// Where answers to batches are handed to gRPC: a thread between the store's and the connections'.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "server/api/worker_pool.h"

namespace clogs::api {

// The store acknowledges on its writer thread, between one commit and the next. Handing a message
// to gRPC may write to a socket, which would make every commit wait for the answers to the one
// before.
class Answers {
 public:
  // Runs `job` on the thread of this, or at once if too many wait. Thread-safe.
  void post(std::function<void()> job) {
    const auto shared = std::make_shared<std::function<void()>>(std::move(job));
    if (!thread_.submit([shared] { (*shared)(); })) (*shared)();
  }

 private:
  // Above what batches in flight give in practice; the bound only keeps memory in check.
  static constexpr size_t waiting_max = 16'384;
  WorkerPool thread_{1, waiting_max};
};

}  // namespace clogs::api
