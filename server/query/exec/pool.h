// The engine's threads: a fixed number, shared by the queries that run.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace clogs::query {

class Pool {
 public:
  explicit Pool(unsigned threads);
  ~Pool();

  // Calls work(i) on the calling thread (i = 0) and on up to `helpers` threads of the pool as they
  // come free (i = 1 ..); returns when all that began have ended. Work that has not begun when the
  // caller's is done is dropped. `work` must end by itself.
  void run(unsigned helpers, const std::function<void(unsigned)>& work);

 private:
  struct Job;
  void loop();

  std::mutex mutex_;
  std::condition_variable wake_;
  // At most `helpers` entries a running query, whose number the engine limits.
  std::deque<std::shared_ptr<Job>> queue_;  // guarded by mutex_
  bool stopping_ = false;                   // guarded by mutex_
  std::vector<std::thread> threads_;
};

// Lets a limited number of queries run; the others wait.
class Slots {
 public:
  explicit Slots(unsigned count) : free_(count) {}
  // False if `give_up` became true while waiting; it is asked every few milliseconds.
  bool acquire(const std::function<bool()>& give_up);
  void release();

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  unsigned free_;  // guarded by mutex_
};

}  // namespace clogs::query
