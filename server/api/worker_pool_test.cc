#include "server/api/worker_pool.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace clogs::api {
namespace {

TEST(WorkerPool, RefusesWhatTheQueueCannotHold) {
  WorkerPool pool(1, 1);
  std::promise<void> started;
  std::promise<void> release;
  std::atomic<int> ran = 0;
  ASSERT_TRUE(pool.submit([&] {
    started.set_value();
    release.get_future().wait();
    ++ran;
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.submit([&] { ++ran; }));
  EXPECT_FALSE(pool.submit([&] { ++ran; }));
  release.set_value();
  pool.stop();
  EXPECT_EQ(ran.load(), 2);
}

TEST(WorkerPool, StoppedPoolTakesNothing) {
  WorkerPool pool(2, 8);
  pool.stop();
  EXPECT_FALSE(pool.submit([] {}));
}

}  // namespace
}  // namespace clogs::api
