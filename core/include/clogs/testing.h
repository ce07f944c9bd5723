// A client for tests: records stay in memory, no server, no sockets; the same encoding, redaction,
// queue and retry as in production.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clogs/client.h"
#include "clogs/options.h"

namespace clogs::testing {

// What the pretended server does with the next batches.
struct Behaviour {
  uint64_t fail_times = 0;  // answers so many calls with `failure`, then stores again
  Code failure = Code::unavailable;
  bool hang = false;    // answers nothing until this is false again
  bool reject = false;  // rejects every record one by one
};

class TestServer {
 public:
  TestServer();
  // A client that sends to this server. flush_interval is 0 where `options` does not say otherwise.
  Client client(Options options = {});

  void behave(Behaviour behaviour);
  // Of the records stored so far, in order, each once: one EDN map, or one JSON object.
  std::vector<std::string> records_edn() const;
  std::vector<std::string> records_json() const;
  size_t count() const;
  uint64_t calls() const;
  uint64_t duplicates() const;  // batches that came again
  void clear();

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace clogs::testing
