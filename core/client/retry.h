// What follows from the outcome of a batch: the retry table of docs/api.md, seen by a client.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/send/transport.h"

namespace clogs::client {

enum class Verdict : uint8_t {
  stored,        // acknowledged, now or before
  retry,         // the same bytes again, later, after this batch's own delay
  server_away,   // the same; and nothing else is to be expected of this server before a probe
  too_large,     // never again as it is: split
  below_window,  // the server has forgotten this sequence and will not store it
  refused,       // never again
};

Verdict judge(const send::Outcome& outcome);

// Whether the server may have stored the batch although it did not acknowledge it.
bool may_be_stored(const send::Outcome& outcome);

struct Backoff {
  std::chrono::nanoseconds initial;
  std::chrono::nanoseconds max;

  // Full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/):
  // anything from 0 to initial * 2^failures, never over max. `random` is any 64 random bits.
  std::chrono::nanoseconds delay(unsigned failures, uint64_t random) const;
};

}  // namespace clogs::client
