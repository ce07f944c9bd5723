// The parts of the module, and what they share.
#pragma once

#include <chrono>

#include <pybind11/pybind11.h>

namespace clogs::python {

// Seconds as nanoseconds: none below 0, at most a year, so that no sum of times overflows.
inline std::chrono::nanoseconds nanoseconds_of(double seconds) {
  constexpr double most = 365.0 * 24 * 3600;
  // NaN is no wait.
  return std::chrono::nanoseconds(
      static_cast<int64_t>((seconds > 0 ? (seconds < most ? seconds : most) : 0) * 1e9));
}

void bind_client(pybind11::module_& module);
void bind_testing(pybind11::module_& module);
void bind_rows(pybind11::module_& module);

}  // namespace clogs::python
