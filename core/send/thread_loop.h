// The loop on a thread of its own, named clogs-io.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "core/send/fork.h"
#include "core/send/loop.h"
#include "core/send/wake_fd.h"

namespace clogs::send {

// The thread starts with the first wake() and is joined by the destructor, which runs on another
// thread than the loop's, after every task was removed. With nothing due it does not wake up.
class ThreadLoop final : public Loop, private ForkParticipant {
 public:
  ThreadLoop();
  ~ThreadLoop() override;

  void add(Task* task) override;
  void remove(Task* task) override;
  void wake() noexcept override;
  // Joins the thread, not on it; wake() starts none any more.
  void stop();

  // How often the thread came out of poll().
  uint64_t turns() const noexcept { return turns_.load(std::memory_order_relaxed); }

 private:
  void lock_for_fork() noexcept override;
  void unlock_after_fork() noexcept override;
  void reset_in_child() noexcept override;

  // A task of the round that runs, with its part of the sockets.
  struct Slot {
    Task* task;
    size_t first;
    size_t count;
  };

  void start_thread_once() noexcept;
  void run();
  void collect(std::unique_lock<std::mutex>& lock);
  void wait(TimePoint until);
  TimePoint give_turns(std::unique_lock<std::mutex>& lock);
  bool begin(Task* task);
  void end();

  std::atomic<bool> signalled_{false};  // a turn is wanted and the thread knows it
  std::atomic<bool> running_{false};
  std::atomic<std::thread::id> thread_id_{};
  std::atomic<uint64_t> turns_{0};

  std::mutex mutex_;
  std::condition_variable task_is_over_;
  std::vector<Task*> tasks_;
  Task* current_ = nullptr;  // runs now, outside the mutex
  bool stopping_ = false;
  std::thread thread_;
  WakeFd wake_fd_;

  // Of the thread alone.
  std::vector<pollfd> sockets_;
  std::vector<Slot> round_;

  ForkRegistration fork_{this, ForkRank::loop};
};

}  // namespace clogs::send
