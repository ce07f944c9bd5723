// clogs._native: the client, the test server, rows of queries.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "sdk-python/native/bindings.h"
#include "sdk-python/native/emit.h"
#include "sdk-python/native/values.h"

PYBIND11_MODULE(_native, module) {
  if (!clogs::python::load_classes()) throw pybind11::error_already_set();
  module.def(
      "set_hooks",
      [](const pybind11::object& context, const pybind11::object& exceptions,
         const pybind11::object& trace) {
        clogs::python::set_hooks(context.ptr(), exceptions.ptr(), trace.ptr());
      },
      "What each call asks of Python: the context, the fields of an exception, the ids of a span.");
  clogs::python::bind_client(module);
  clogs::python::bind_testing(module);
  clogs::python::bind_rows(module);
}
