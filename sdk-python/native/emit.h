// The calls that log: hand-written, because they run on the application's hot path.
#pragma once

#include <memory>
#include <string>

#include "sdk-python/native/handle.h"

namespace clogs::python {

// Python's parts of a call; borrowed for the life of the process.
struct Hooks {
  PyObject* context = nullptr;     // ContextVar with a dict, or None
  PyObject* exceptions = nullptr;  // value of exc_info -> dict of fields, or None
  PyObject* trace = nullptr;       // () -> (trace_id, span_id, flags), or None
};

void set_hooks(PyObject* context, PyObject* exceptions, PyObject* trace);

// emit(message, /, **fields) -> bool, for one client, level and logger. Null: an exception is set.
PyObject* make_emitter(std::shared_ptr<Handle> handle, Level level, std::string logger);

// submit(severity, level_text, message, seconds, logger, thread, fields, attributes, own) -> bool,
// for one client: a LogRecord. level_text, logger and thread may be None; `fields` is a dict that
// nobody else has; of the dict `attributes`, what is not in the set `own` is added to it.
PyObject* make_submitter(std::shared_ptr<Handle> handle);

}  // namespace clogs::python
