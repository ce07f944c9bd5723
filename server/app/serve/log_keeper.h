// Keeps the server's own log records in its store, in the system tenant, where no query of a user
// sees them.
//
// Nothing is logged about the keeping, so that no record brings forth another. What cannot be kept,
// because the queue is full or the store takes nothing, is dropped and counted; the next batch that
// is stored says how many there were. Standard error has every record all the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "server/api/metrics.h"

namespace spdlog {
class logger;
}

namespace clogs::ingest {
class Service;
}

namespace clogs::app {

// Of records that wait for the store: some thousand. One that does not fit is dropped.
constexpr size_t log_queue_bytes = size_t{1} << 20;

// Thread-safe.
class LogKeeper {
 public:
  struct Stats {
    uint64_t kept = 0;  // on disk
    uint64_t dropped = 0;
  };

  // From now on `logger`'s records are gathered, also after the end of this, which drops them.
  // While another thread uses the logger this must not be made.
  explicit LogKeeper(spdlog::logger& logger, size_t queue_bytes = log_queue_bytes);
  ~LogKeeper();
  LogKeeper(const LogKeeper&) = delete;
  LogKeeper& operator=(const LogKeeper&) = delete;

  // Once: begins to store what was gathered and what comes. `ingest` outlives this, or stop().
  void begin(ingest::Service& ingest);
  // Stores what waits and takes no more. Repeatable.
  void stop();

  Stats stats() const;

 private:
  class Queue;
  class Sink;

  std::shared_ptr<Queue> queue_;  // shared with the logger, which may outlive this
  std::thread thread_;
};

std::vector<api::Sample> log_samples_of(const LogKeeper::Stats& stats);

}  // namespace clogs::app
