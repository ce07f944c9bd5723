// The client's one thread: it waits for sockets, timers and wake-ups, and runs tasks.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <poll.h>

namespace clogs::send {

using TimePoint = std::chrono::steady_clock::time_point;

// What a loop runs. Every function is called on the loop's thread.
class Task {
 public:
  virtual ~Task() = default;
  // Appends the sockets that this task waits for.
  virtual void watch(std::vector<pollfd>& sockets) { (void)sockets; }
  // Does what is due, never blocks. Called after each wait, with what poll said of the sockets that
  // watch() appended (empty in the first turn). Returns when it wants the next turn at the latest;
  // TimePoint::max() where only a socket or a wake-up matters.
  virtual TimePoint turn(TimePoint now, const pollfd* sockets, size_t count) = 0;
};

class Loop {
 public:
  virtual ~Loop() = default;
  // Tasks take their turns in the order in which they were added. The loop does not own them; a
  // task outlives its time in the loop. remove() returns when the task's turn is over for good. Any
  // thread but a task's own turn.
  virtual void add(Task* task) = 0;
  virtual void remove(Task* task) = 0;
  // A turn of all tasks soon. Any thread, also under a lock; never blocks; starts the thread if it
  // does not run yet.
  virtual void wake() noexcept = 0;
};

}  // namespace clogs::send
