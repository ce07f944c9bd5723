// How long to wait between attempts to connect.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace clogs::send {

class Backoff {
 public:
  struct Options {
    std::chrono::milliseconds first{50};   // a restarting server is back soon
    std::chrono::milliseconds most{5000};  // what a user waits after a long outage
    double factor = 1.6;
    double jitter = 0.2;  // of the delay, up and down: clients of one server spread out
  };

  explicit Backoff(Options options, uint32_t seed = std::random_device{}())
      : options_(options), random_(seed) {}
  Backoff() : Backoff(Options{}) {}

  // The delay after one more failure.
  std::chrono::nanoseconds next();
  // It worked: the next failure starts from the first delay.
  void reset() { current_ = std::chrono::nanoseconds::zero(); }

 private:
  Options options_;
  std::minstd_rand random_;
  std::chrono::nanoseconds current_{0};
};

}  // namespace clogs::send
