// The end of the interpreter, and the threads that are in native calls meanwhile.
//
// Up to Python 3.13 a daemon thread that asks for the GIL while the interpreter ends is ended where
// it stands, by unwinding its stack. Here that must not happen: destructors would touch Python
// objects without the GIL, those that are noexcept would end the process, and a statically linked
// C++ runtime may not understand the unwinder. So when the interpreter ends, no thread may be in a
// call of ours that waits for the GIL: end() waits for those that are, and later ones return at
// once and keep the GIL.
#pragma once

#include <chrono>
#include <utility>

#include <Python.h>

namespace clogs::python {

// One call that may run Python code, or wait without the GIL. Made and ended under the GIL.
class Visit {
 public:
  Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit();
  // False: the interpreter ends and this is not the thread that ends it. Run no Python code.
  explicit operator bool() const { return counted_; }

 private:
  bool counted_;
};

// Takes the GIL back, or never returns where the interpreter is ending without this thread.
void take_gil(PyThreadState* state);

// Runs `work`, which touches nothing of Python, while other threads run.
template <typename Work>
auto without_gil(Work&& work) {
  const Visit visit;
  if (!visit) return std::forward<Work>(work)();  // the client is closed: nothing waits any more
  PyThreadState* state = PyEval_SaveThread();
  auto result = std::forward<Work>(work)();
  take_gil(state);
  return result;
}

// From atexit, once the clients are closed: waits for the calls of other threads, at most `limit`.
void end(std::chrono::nanoseconds limit);
// At the import, where an interpreter begins, and in a forked child, which has one thread only.
void begin();

}  // namespace clogs::python
