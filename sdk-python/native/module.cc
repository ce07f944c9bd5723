// clogs._native: the client, the test server, rows of queries.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "sdk-python/native/bindings.h"
#include "sdk-python/native/emit.h"
#include "sdk-python/native/ending.h"
#include "sdk-python/native/values.h"

namespace {

// Objects are kept for the process, and so belong to one interpreter.
bool is_main_interpreter() { return PyInterpreterState_Get() == PyInterpreterState_Main(); }

constexpr const char* refusal =
    "clogs works in the main interpreter only, not in a sub-interpreter"
    " (mod_wsgi: WSGIApplicationGroup %{GLOBAL})";

}  // namespace

// pybind11's own function has another name, because in a sub-interpreter it must not run at all: up
// to Python 3.11 it would wait for the GIL that its thread has.
#define PyInit__native clogs_init_bindings
PYBIND11_MODULE(_native, module) {
  clogs::python::begin();
  if (!clogs::python::load_classes()) throw pybind11::error_already_set();
  module.def(
      "set_hooks",
      [](const pybind11::object& context, const pybind11::object& exceptions,
         const pybind11::object& trace) {
        // A later interpreter may get a copy of the module without its init.
        if (!is_main_interpreter()) throw pybind11::import_error(refusal);
        clogs::python::set_hooks(context.ptr(), exceptions.ptr(), trace.ptr());
      },
      "What each call asks of Python: the context, the fields of an exception, the ids of a span.");
  module.def("begin", &clogs::python::begin, "In a forked child.");
  module.def(
      "end", [](double limit) { clogs::python::end(clogs::python::nanoseconds_of(limit)); },
      "At the end of the interpreter, after the clients: waits for the calls of other threads.");
  clogs::python::bind_client(module);
  clogs::python::bind_testing(module);
  clogs::python::bind_rows(module);
}
#undef PyInit__native

// The interpreter looks for this name.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" PYBIND11_EXPORT PyObject* PyInit__native();
PyObject* PyInit__native() {
  if (is_main_interpreter()) return clogs_init_bindings();
  PyErr_SetString(PyExc_ImportError, refusal);
  return nullptr;
}
