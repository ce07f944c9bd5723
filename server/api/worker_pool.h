// A fixed number of threads over a bounded queue: what may block or compute long runs here, not on
// the threads that serve connections.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace clogs::api {

class WorkerPool {
 public:
  using Job = std::function<void()>;

  WorkerPool(unsigned threads, size_t queue_max);
  // Runs what was queued, then joins.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the job is dropped, if `queue_max` jobs are waiting or the pool is stopping.
  bool submit(Job job);
  // Refuses further jobs, runs what was queued and joins. Repeatable; not from a job.
  void stop();

 private:
  void work();

  const size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> queue_;  // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace clogs::api
