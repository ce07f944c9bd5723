// Where the time comes from, so that tests can say what time it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace clogs {

class Clock {
 public:
  virtual ~Clock() = default;
  // Nanoseconds since the Unix epoch. Thread-safe; may step back, as wall clocks do.
  virtual int64_t now_nanos() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t now_nanos() const override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t start_nanos) : now_(start_nanos) {}
  int64_t now_nanos() const override { return now_.load(); }
  void set(int64_t nanos) { now_.store(nanos); }
  void advance(int64_t nanos) { now_.fetch_add(nanos); }

 private:
  std::atomic<int64_t> now_;
};

}  // namespace clogs
