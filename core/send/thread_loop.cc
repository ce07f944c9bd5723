#include "core/send/thread_loop.h"

#include <algorithm>
#include <climits>
#include <memory>
#include <utility>

#include "core/send/thread.h"

namespace clogs::send {
namespace {

// poll() counts milliseconds: rounded up, or the loop would spin through the last fraction.
int poll_timeout(TimePoint until) {
  if (until == TimePoint::max()) return -1;
  // Compared before they are subtracted: TimePoint::min(), "at once", has no distance to now.
  const TimePoint now = std::chrono::steady_clock::now();
  if (until <= now) return 0;
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  return static_cast<int>(std::min<int64_t>(ms, INT_MAX));
}

}  // namespace

ThreadLoop::ThreadLoop() = default;

ThreadLoop::~ThreadLoop() { stop(); }

void ThreadLoop::stop() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    thread = std::move(thread_);
  }
  if (thread.joinable()) {
    wake_fd_.signal();
    thread.join();
  }
}

void ThreadLoop::add(Task* task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(task);
  }
  if (running_.load(std::memory_order_acquire)) wake();
}

void ThreadLoop::remove(Task* task) {
  std::unique_lock lock(mutex_);
  std::erase(tasks_, task);
  task_is_over_.wait(lock, [&] { return current_ != task; });
}

void ThreadLoop::wake() noexcept {
  if (!running_.load(std::memory_order_acquire)) {
    start_thread_once();
    return;
  }
  if (signalled_.exchange(true)) return;
  // On its own thread the loop looks at the flag before it waits.
  if (thread_id_.load(std::memory_order_relaxed) == std::this_thread::get_id()) return;
  wake_fd_.signal();
}

// Without memory, threads or descriptors nothing starts; the next wake() tries again.
void ThreadLoop::start_thread_once() noexcept {
  const std::lock_guard lock(mutex_);
  signalled_.store(true);
  if (running_.load(std::memory_order_relaxed)) {
    wake_fd_.signal();
    return;
  }
  if (stopping_ || (!wake_fd_.is_open() && !wake_fd_.open())) return;
  try {
    auto started = send::start_thread("clogs-io", [this] { run(); });
    if (!started.ok()) return;
    thread_ = std::move(*started);
    running_.store(true, std::memory_order_release);
  } catch (const std::bad_alloc&) {
    return;
  }
}

void ThreadLoop::run() {
  thread_id_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  TimePoint until = TimePoint::min();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    collect(lock);
    lock.unlock();
    wait(until);
    lock.lock();
    until = give_turns(lock);
  }
}

bool ThreadLoop::begin(Task* task) {
  if (std::find(tasks_.begin(), tasks_.end(), task) == tasks_.end()) return false;
  current_ = task;
  return true;
}

void ThreadLoop::end() {
  current_ = nullptr;
  task_is_over_.notify_all();
}

void ThreadLoop::collect(std::unique_lock<std::mutex>& lock) {
  sockets_.clear();
  sockets_.push_back(pollfd{wake_fd_.fd(), POLLIN, 0});
  round_.clear();
  for (Task* task : tasks_) round_.push_back(Slot{task, 0, 0});
  for (Slot& slot : round_) {
    if (!begin(slot.task)) continue;
    slot.first = sockets_.size();
    lock.unlock();
    slot.task->watch(sockets_);
    lock.lock();
    slot.count = sockets_.size() - slot.first;
    end();
  }
}

void ThreadLoop::wait(TimePoint until) {
  const int timeout = signalled_.load() ? 0 : poll_timeout(until);
  const int ready = ::poll(sockets_.data(), static_cast<nfds_t>(sockets_.size()), timeout);
  turns_.fetch_add(1, std::memory_order_relaxed);
  if (ready < 0) {
    for (pollfd& socket : sockets_) socket.revents = 0;
  }
  if (sockets_.front().revents != 0) wake_fd_.drain();
  // Before the turns: what is asked for from now on gets a turn of its own.
  signalled_.store(false);
}

// A task that was added meanwhile has no sockets yet and comes at the end.
TimePoint ThreadLoop::give_turns(std::unique_lock<std::mutex>& lock) {
  for (Task* task : tasks_) {
    if (std::none_of(round_.begin(), round_.end(), [&](const Slot& s) { return s.task == task; })) {
      round_.push_back(Slot{task, 0, 0});
    }
  }
  TimePoint until = TimePoint::max();
  for (const Slot& slot : round_) {
    if (stopping_) break;
    if (!begin(slot.task)) continue;
    lock.unlock();
    const TimePoint next =
        slot.task->turn(std::chrono::steady_clock::now(), sockets_.data() + slot.first, slot.count);
    lock.lock();
    end();
    until = std::min(until, next);
  }
  return until;
}

void ThreadLoop::lock_for_fork() noexcept { mutex_.lock(); }

void ThreadLoop::unlock_after_fork() noexcept { mutex_.unlock(); }

void ThreadLoop::reset_in_child() noexcept {
  std::construct_at(&mutex_);
  std::construct_at(&task_is_over_);
  std::construct_at(&thread_);  // the old one's thread is the parent's
  wake_fd_.close();
  current_ = nullptr;
  signalled_.store(false);
  running_.store(false);
  thread_id_.store(std::thread::id());
}

}  // namespace clogs::send
