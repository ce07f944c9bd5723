#include "sdk-python/native/ending.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace clogs::python {
namespace {

// Changed under the GIL only; atomic because end() waits without it.
std::atomic<int> visits = 0;
std::atomic<bool> ending = false;
std::atomic<unsigned long> ending_thread = 0;

std::mutex mutex;
std::condition_variable left;

bool is_elsewhere() { return PyThread_get_thread_ident() != ending_thread.load(); }

bool finalizing() {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

}  // namespace

Visit::Visit() : counted_(!ending.load(std::memory_order_relaxed) || !is_elsewhere()) {
  if (counted_) visits.store(visits.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

Visit::~Visit() {
  if (!counted_) return;
  // Not below 0: a fork within a call forgets it too.
  visits.store(std::max(0, visits.load(std::memory_order_relaxed) - 1), std::memory_order_relaxed);
  if (!ending.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex);
  left.notify_all();
}

void take_gil(PyThreadState* state) {
  // Only what outlasted the limit of end() comes here so late.
  while (ending.load() && finalizing() && is_elsewhere()) {
    std::this_thread::sleep_for(std::chrono::hours(1));  // until the process is gone
  }
  PyEval_RestoreThread(state);
}

void end(std::chrono::nanoseconds limit) {
  ending_thread = PyThread_get_thread_ident();
  ending = true;
  PyThreadState* state = PyEval_SaveThread();
  {
    std::unique_lock lock(mutex);
    left.wait_for(lock, limit, [] { return visits.load() == 0; });
  }
  PyEval_RestoreThread(state);
}

void begin() {
  visits = 0;
  ending = false;
}

}  // namespace clogs::python
