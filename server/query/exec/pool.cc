#include "server/query/exec/pool.h"

#include <chrono>

namespace clogs::query {

struct Pool::Job {
  explicit Job(const std::function<void(unsigned)>& body) : work(&body) {}

  std::mutex mutex;
  std::condition_variable ended;
  const std::function<void(unsigned)>* work;  // valid until closed and nothing is active
  unsigned begun = 1;                         // guarded by mutex; 0 is the caller
  unsigned active = 0;                        // guarded by mutex
  bool closed = false;                        // guarded by mutex

  void help() {
    unsigned index = 0;
    {
      std::lock_guard lock(mutex);
      if (closed) return;
      index = begun++;
      ++active;
    }
    (*work)(index);
    std::lock_guard lock(mutex);
    --active;
    ended.notify_all();
  }

  void close() {
    std::unique_lock lock(mutex);
    closed = true;
    ended.wait(lock, [this] { return active == 0; });
  }
};

Pool::Pool(unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

Pool::~Pool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::loop() {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job->help();
  }
}

void Pool::run(unsigned helpers, const std::function<void(unsigned)>& work) {
  auto job = std::make_shared<Job>(work);
  {
    std::lock_guard lock(mutex_);
    for (unsigned i = 0; i < helpers; ++i) queue_.push_back(job);
  }
  wake_.notify_all();
  work(0);
  job->close();
}

bool Slots::acquire(const std::function<bool()>& give_up) {
  constexpr auto ask_again = std::chrono::milliseconds(5);
  std::unique_lock lock(mutex_);
  while (free_ == 0) {
    wake_.wait_for(lock, ask_again);
    if (free_ == 0 && give_up()) return false;
  }
  --free_;
  return true;
}

void Slots::release() {
  {
    std::lock_guard lock(mutex_);
    ++free_;
  }
  wake_.notify_one();
}

}  // namespace clogs::query
