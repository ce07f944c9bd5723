#include "core/send/backoff.h"

#include <algorithm>

namespace clogs::send {

std::chrono::nanoseconds Backoff::next() {
  using Nanos = std::chrono::duration<double, std::nano>;
  if (current_ == current_.zero()) {
    current_ = options_.first;
  } else {
    const auto grown =
        std::chrono::duration_cast<std::chrono::nanoseconds>(Nanos(current_) * options_.factor);
    current_ = std::min<std::chrono::nanoseconds>(grown, options_.most);
  }
  std::uniform_real_distribution<double> spread(1 - options_.jitter, 1 + options_.jitter);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Nanos(current_) * spread(random_));
}

}  // namespace clogs::send
