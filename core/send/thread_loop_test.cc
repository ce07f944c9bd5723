#include "core/send/thread_loop.h"

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

namespace clogs::send {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Does what the test says and counts.
class FakeTask : public Task {
 public:
  using Turn = std::function<TimePoint(TimePoint)>;
  explicit FakeTask(Turn turn) : turn_(std::move(turn)) {}
  TimePoint turn(TimePoint now, const pollfd*, size_t) override {
    const TimePoint next = turn_(now);
    const std::lock_guard lock(mutex_);
    ++turns_;
    changed_.notify_all();
    return next;
  }
  void wait_for(int turns) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turns_ >= turns; });
  }
  int turns() {
    const std::lock_guard lock(mutex_);
    return turns_;
  }

 private:
  Turn turn_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int turns_ = 0;
};

TimePoint never(TimePoint) { return TimePoint::max(); }

TEST(ThreadLoop, StartsNoThreadBeforeTheFirstWake) {
  ThreadLoop loop;
  FakeTask task(never);
  loop.add(&task);
  EXPECT_EQ(loop.turns(), 0U);
  loop.wake();
  task.wait_for(1);
  loop.remove(&task);
}

TEST(ThreadLoop, GivesATurnAfterEachWake) {
  ThreadLoop loop;
  FakeTask task(never);
  loop.add(&task);
  for (int i = 1; i <= 100; ++i) {
    loop.wake();
    task.wait_for(i);
  }
  loop.remove(&task);
}

TEST(ThreadLoop, GivesTheTurnThatATaskAskedFor) {
  ThreadLoop loop;
  FakeTask task([](TimePoint now) { return now + milliseconds(1); });
  loop.add(&task);
  loop.wake();
  task.wait_for(5);
  loop.remove(&task);
}

TEST(ThreadLoop, DoesNotWakeUpWithNothingDue) {
  ThreadLoop loop;
  FakeTask task(never);
  loop.add(&task);
  loop.wake();
  task.wait_for(1);
  const uint64_t before = loop.turns();
  // Another loop's timer is the clock: it must pass five times.
  ThreadLoop clock;
  FakeTask ticks([](TimePoint now) { return now + milliseconds(20); });
  clock.add(&ticks);
  clock.wake();
  ticks.wait_for(5);
  clock.remove(&ticks);
  EXPECT_EQ(loop.turns(), before);
  loop.remove(&task);
}

TEST(ThreadLoop, WakeFromATurnGivesAnotherOne) {
  ThreadLoop loop;
  int left = 50;
  FakeTask task([&](TimePoint) {
    if (--left > 0) loop.wake();
    return TimePoint::max();
  });
  loop.add(&task);
  loop.wake();
  task.wait_for(50);
  loop.remove(&task);
}

TEST(ThreadLoop, RemoveWaitsForTheTurnThatRuns) {
  ThreadLoop loop;
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> left{false};
  FakeTask task([&](TimePoint) {
    entered.set_value();
    leave.get_future().wait();
    left = true;
    return TimePoint::max();
  });
  loop.add(&task);
  loop.wake();
  entered.get_future().wait();
  std::thread remover([&] {
    loop.remove(&task);
    EXPECT_TRUE(left);
  });
  leave.set_value();
  remover.join();
}

TEST(ThreadLoop, TasksTakeTurnsInTheirOrder) {
  ThreadLoop loop;
  std::string order;
  FakeTask first([&](TimePoint) {
    order += '1';
    return TimePoint::max();
  });
  FakeTask second([&](TimePoint) {
    order += '2';
    return TimePoint::max();
  });
  loop.add(&first);
  loop.add(&second);
  loop.wake();
  second.wait_for(1);
  loop.remove(&first);
  loop.remove(&second);
  EXPECT_EQ(order.substr(0, 2), "12");
}

TEST(ThreadLoop, ThreadHasItsNameAndBlocksAllSignals) {
  ThreadLoop loop;
  char name[16] = {};
  sigset_t mask;
  FakeTask task([&](TimePoint) {
    pthread_getname_np(pthread_self(), name, sizeof name);
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return TimePoint::max();
  });
  loop.add(&task);
  loop.wake();
  task.wait_for(1);
  loop.remove(&task);
  EXPECT_STREQ(name, "clogs-io");
  EXPECT_EQ(sigismember(&mask, SIGTERM), 1);
  EXPECT_EQ(sigismember(&mask, SIGCHLD), 1);
}

TEST(ThreadLoop, WakesFromManyThreadsAreNotLost) {
  ThreadLoop loop;
  std::atomic<int> wanted{0};
  std::atomic<int> seen{0};
  FakeTask task([&](TimePoint) {
    seen = wanted.load();
    return TimePoint::max();
  });
  loop.add(&task);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        ++wanted;
        loop.wake();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (true) {
    const int before = task.turns();
    if (seen.load() == 4000) break;
    task.wait_for(before + 1);
  }
  loop.remove(&task);
}

}  // namespace
}  // namespace clogs::send
