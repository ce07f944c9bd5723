#include "sdk-python/native/emit.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <exception>
#include <new>
#include <vector>

#include "sdk-python/native/ending.h"
#include "sdk-python/native/values.h"

namespace clogs::python {
namespace {

Hooks hooks;  // written once, by the import of the package, under the GIL

// Borrowed names, made at the first call under the GIL.
struct Names {
  PyObject* exc_info = PyUnicode_InternFromString("exc_info");
  PyObject* otel = PyUnicode_InternFromString("opentelemetry.trace");
  // Keys that a record has from the call itself: a field of that name gets the prefix attr.
  PyObject* own[5] = {PyUnicode_InternFromString("timestamp"), PyUnicode_InternFromString("level"),
                      PyUnicode_InternFromString("message"), PyUnicode_InternFromString("logger"),
                      PyUnicode_InternFromString("thread")};
};
const Names& names() {
  static const Names made;
  return made;
}

// Writers that keep their memory, of this thread. A list and not one writer: while a value is
// printed, its code may log, or a green thread may run and log.
struct Pool {
  static constexpr size_t most_in_use = 32;  // values that log while they are logged, endlessly
  std::vector<std::unique_ptr<RecordWriter>> free;
  size_t in_use = 0;
};
thread_local Pool pool;

class Lease {
 public:
  Lease() {
    if (pool.in_use >= Pool::most_in_use) return;
    if (pool.free.empty()) {
      writer_ = std::make_unique<RecordWriter>();
    } else {
      writer_ = std::move(pool.free.back());
      pool.free.pop_back();
    }
    ++pool.in_use;
    writer_->clear();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (!writer_) return;
    --pool.in_use;
    if (pool.free.size() < 4) pool.free.push_back(std::move(writer_));
  }
  RecordWriter* get() const { return writer_.get(); }

 private:
  std::unique_ptr<RecordWriter> writer_;
};

int64_t now_nanos() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Of the seconds of time.time(), which have microseconds at best; now where they are none.
int64_t nanos_of(double seconds) {
  constexpr double most = 9'223'372'036.0;  // of nanoseconds in 64 bits
  if (!(std::abs(seconds) < most)) return now_nanos();
  return std::llround(seconds * 1e6) * 1000;
}

Level level_of(long severity) {
  for (const Level level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error}) {
    if (severity < static_cast<long>(level) + 4) return level;
  }
  return Level::fatal;
}

bool is_own(PyObject* key) {
  const auto& own = names().own;
  if (std::find(std::begin(own), std::end(own), key) != std::end(own)) return true;
  return PyUnicode_CHECK_INTERNED(key) == 0 &&
         std::any_of(std::begin(own), std::end(own), [&](PyObject* one) {
           return PyUnicode_Check(key) && PyUnicode_Compare(key, one) == 0;
         });
}

bool put_field(Values& values, PyObject* key, PyObject* value) {
  if (!PyUnicode_Check(key) || !is_own(key)) return values.field(key, value);
  const std::string renamed = "attr." + std::string(Text(key).view());
  return values.field(std::string_view(renamed), value);
}

// Every entry of a dict but those whose key is in `hidden`, a tuple, a dict or null. Nobody else
// may have the dict: the code of a value may change what it can reach.
bool put_own_fields(Values& values, PyObject* dict, PyObject* hidden = nullptr) {
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(dict, &position, &key, &value) != 0) {
    if (hidden != nullptr) {
      const int is_hidden = PySequence_Contains(hidden, key);
      if (is_hidden < 0) return false;
      if (is_hidden == 1) continue;
    }
    if (!put_field(values, key, value)) return false;
  }
  return true;
}

bool put_fields(Values& values, PyObject* dict, PyObject* hidden = nullptr) {
  const Ref copy = Ref::steal(PyDict_Copy(dict));
  return copy && put_own_fields(values, copy.get(), hidden);
}

// Adds to `fields` what a LogRecord has beyond its own attributes, unless it is there already.
bool add_extras(PyObject* fields, PyObject* attributes, PyObject* own) {
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(attributes, &position, &key, &value) != 0) {
    // Asking for the hash of another key could run Python code, which could change the attributes.
    if (!PyUnicode_CheckExact(key)) continue;
    const int is_own = PySet_Contains(own, key);
    if (is_own < 0 || (is_own == 0 && PyDict_SetDefault(fields, key, value) == nullptr)) {
      return false;
    }
  }
  return true;
}

void put_message(RecordWriter& writer, PyObject* message) {
  if (PyUnicode_Check(message)) {
    writer.message(Text(message).view());
    return;
  }
  const Ref printed = Ref::steal(PyObject_Str(message));
  if (!printed) {
    if (PyErr_ExceptionMatches(PyExc_Exception) == 0) return;
    PyErr_Clear();
    writer.message("[message could not be printed]");
    return;
  }
  writer.message(Text(printed.get()).view());
}

// What a hook returned, or null. An exception of a hook that is an Exception is dropped.
Ref called(PyObject* hook, PyObject* argument) {
  Ref result = Ref::steal(argument == nullptr ? PyObject_CallNoArgs(hook)
                                              : PyObject_CallOneArg(hook, argument));
  if (!result && PyErr_ExceptionMatches(PyExc_Exception) != 0) PyErr_Clear();
  if (result && result.get() == Py_None) return {};
  return result;
}

bool put_exception(Values& values, PyObject* exc_info) {
  if (hooks.exceptions == nullptr) return true;
  const Ref fields = called(hooks.exceptions, exc_info);
  if (!fields || !PyDict_Check(fields.get())) return PyErr_Occurred() == nullptr;
  return put_fields(values, fields.get());
}

// The context of the caller, and the ids of its span.
bool put_context(Values& values, RecordWriter& writer, PyObject* hidden) {
  if (hooks.context != nullptr) {
    PyObject* found = nullptr;
    if (PyContextVar_Get(hooks.context, nullptr, &found) != 0) return false;
    const Ref context = Ref::steal(found);
    if (context && PyDict_Check(context.get()) && PyDict_GET_SIZE(context.get()) > 0 &&
        !put_fields(values, context.get(), hidden)) {
      return false;
    }
  }
  // Nobody has a span where nobody has imported the API of OpenTelemetry.
  if (hooks.trace == nullptr ||
      PyDict_GetItemWithError(PyImport_GetModuleDict(), names().otel) == nullptr) {
    return PyErr_Occurred() == nullptr;
  }
  const Ref ids = called(hooks.trace, nullptr);
  if (!ids || !PyTuple_Check(ids.get()) || PyTuple_GET_SIZE(ids.get()) != 3) {
    return PyErr_Occurred() == nullptr;
  }
  writer.trace_id(Text(PyTuple_GET_ITEM(ids.get(), 0)).view());
  writer.span_id(Text(PyTuple_GET_ITEM(ids.get(), 1)).view());
  return values.field("trace_flags", PyTuple_GET_ITEM(ids.get(), 2));
}

PyObject* submit(Handle& handle, std::string_view record) {
  if (!handle.waits()) return PyBool_FromLong(handle.client().submit(record) ? 1 : 0);
  const Client client = handle.client();  // another thread may change the handle meanwhile
  return PyBool_FromLong(without_gil([&] { return client.submit(record); }) ? 1 : 0);
}

// Of one call, from wherever it came.
struct Call {
  int64_t nanos = 0;
  Level level = Level::info;
  PyObject* level_text = nullptr;  // a str, or null
  PyObject* message = nullptr;
  std::string_view logger;
  std::string_view thread;
};

void put_head(RecordWriter& writer, const Call& call) {
  writer.timestamp(call.nanos);
  writer.level(call.level);
  put_message(writer, call.message);
  if (!call.logger.empty()) writer.logger(call.logger);
  if (!call.thread.empty()) writer.thread(call.thread);
  if (call.level_text != nullptr) writer.field("level_text", Text(call.level_text).view());
}

// Through the hook before_send, which sees and returns a dict.
PyObject* emit_hooked(Handle& handle, Call call, const Ref& record) {
  const std::shared_ptr<Ref> hook = handle.before_send;
  Ref sent = Ref::steal(PyObject_CallOneArg(hook->get(), record.get()));
  if (!sent) {  // never the application's trouble: the record goes as it was
    if (PyErr_ExceptionMatches(PyExc_Exception) == 0) return nullptr;
    PyErr_Clear();
    sent = Ref::share(record.get());
  }
  if (sent.get() == Py_None) {
    ++handle.dropped_before_send;
    Py_RETURN_FALSE;
  }
  if (!PyDict_Check(sent.get())) sent = Ref::share(record.get());
  const Ref fields = Ref::steal(PyDict_Copy(sent.get()));
  if (!fields) return nullptr;
  const Ref message = Ref::share(PyDict_GetItemString(fields.get(), "message"));
  for (const char* key : {"message", "level"}) {
    if (PyDict_GetItemString(fields.get(), key) != nullptr) PyDict_DelItemString(fields.get(), key);
  }
  const Lease lease;
  if (lease.get() == nullptr) Py_RETURN_FALSE;
  RecordWriter& writer = *lease.get();
  Values values(writer);
  if (message) call.message = message.get();
  put_head(writer, call);
  if (PyErr_Occurred() != nullptr || !put_fields(values, fields.get())) return nullptr;
  if (!put_context(values, writer, fields.get())) return nullptr;
  return submit(handle, writer.bytes());
}

// The dict that before_send sees: message, level and the fields.
Ref hooked_record(const Call& call) {
  Ref record = Ref::steal(PyDict_New());
  if (!record) return {};
  const std::string_view level = level_name(call.level);
  const Ref name =
      Ref::steal(PyUnicode_FromStringAndSize(level.data(), static_cast<Py_ssize_t>(level.size())));
  if (!name || PyDict_SetItemString(record.get(), "level", name.get()) != 0 ||
      PyDict_SetItemString(record.get(), "message", call.message) != 0) {
    return {};
  }
  return record;
}

struct Emitter {
  std::shared_ptr<Handle> handle;
  Level level;
  std::string logger;
};

constexpr const char* emitter_name = "clogs._native.emitter";
constexpr const char* submitter_name = "clogs._native.submitter";

PyObject* emit_plain(Handle& handle, const Call& call, PyObject* const* values, PyObject* keys) {
  const Lease lease;
  if (lease.get() == nullptr) Py_RETURN_FALSE;
  RecordWriter& writer = *lease.get();
  Values fields(writer);
  put_head(writer, call);
  if (PyErr_Occurred() != nullptr) return nullptr;
  const Py_ssize_t count = keys == nullptr ? 0 : PyTuple_GET_SIZE(keys);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* key = PyTuple_GET_ITEM(keys, i);
    const bool fine = key == names().exc_info ? put_exception(fields, values[i])
                                              : put_field(fields, key, values[i]);
    if (!fine) return nullptr;
  }
  if (!put_context(fields, writer, keys)) return nullptr;
  return submit(handle, writer.bytes());
}

PyObject* emit(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keys) {
  auto* emitter = static_cast<Emitter*>(PyCapsule_GetPointer(self, emitter_name));
  if (emitter == nullptr) return nullptr;
  if (count != 1) {
    PyErr_SetString(PyExc_TypeError, "takes one message and fields by keyword");
    return nullptr;
  }
  Handle& handle = *emitter->handle;
  if (!handle.client().enabled(emitter->level)) Py_RETURN_FALSE;
  Call call;
  call.nanos = now_nanos();
  call.level = emitter->level;
  call.message = args[0];
  call.logger = emitter->logger;
  if (!handle.before_send) return emit_plain(handle, call, args + 1, keys);
  const Ref record = hooked_record(call);
  if (!record) return nullptr;
  const Py_ssize_t fields = keys == nullptr ? 0 : PyTuple_GET_SIZE(keys);
  for (Py_ssize_t i = 0; i < fields; ++i) {
    PyObject* key = PyTuple_GET_ITEM(keys, i);
    if (key != names().exc_info) {
      if (PyDict_SetItem(record.get(), key, args[1 + i]) != 0) return nullptr;
      continue;
    }
    const Ref found = hooks.exceptions == nullptr ? Ref() : called(hooks.exceptions, args[1 + i]);
    if (PyErr_Occurred() != nullptr) return nullptr;
    if (found && PyDict_Update(record.get(), found.get()) != 0) return nullptr;
  }
  return emit_hooked(handle, call, record);
}

std::string_view text_or_empty(PyObject* value, std::optional<Text>& text) {
  if (!PyUnicode_Check(value)) return {};
  return text.emplace(value).view();
}

PyObject* submit_record(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  auto* handle_pointer =
      static_cast<std::shared_ptr<Handle>*>(PyCapsule_GetPointer(self, submitter_name));
  if (handle_pointer == nullptr) return nullptr;
  if (count != 9 || !PyDict_CheckExact(args[6]) || !PyDict_Check(args[7]) ||
      !PyAnySet_Check(args[8])) {
    PyErr_SetString(PyExc_TypeError,
                    "takes severity, level_text, message, seconds, logger, thread, fields, "
                    "attributes, own");
    return nullptr;
  }
  Handle& handle = **handle_pointer;
  Call call;
  const long severity = PyLong_AsLong(args[0]);
  const double seconds = PyFloat_AsDouble(args[3]);
  if (PyErr_Occurred() != nullptr) return nullptr;
  call.nanos = nanos_of(seconds);
  call.level = level_of(severity);
  if (!handle.client().enabled(call.level)) Py_RETURN_FALSE;
  call.level_text = PyUnicode_Check(args[1]) ? args[1] : nullptr;
  call.message = args[2];
  std::optional<Text> logger;
  std::optional<Text> thread;
  call.logger = text_or_empty(args[4], logger);
  call.thread = text_or_empty(args[5], thread);
  if (!add_extras(args[6], args[7], args[8])) return nullptr;
  if (handle.before_send) {
    const Ref record = hooked_record(call);
    if (!record || PyDict_Update(record.get(), args[6]) != 0) return nullptr;
    return emit_hooked(handle, call, record);
  }
  const Lease lease;
  if (lease.get() == nullptr) Py_RETURN_FALSE;
  RecordWriter& writer = *lease.get();
  Values values(writer);
  put_head(writer, call);
  if (PyErr_Occurred() != nullptr || !put_own_fields(values, args[6])) return nullptr;
  if (!put_context(values, writer, args[6])) return nullptr;
  return submit(handle, writer.bytes());
}

// What must not meet the interpreter: an exception of C++, and a call that its end would unwind.
template <auto function, typename... Args>
PyObject* guarded(Args... args) {
  const Visit visit;
  if (!visit) Py_RETURN_FALSE;
  try {
    return function(args...);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  } catch (const std::exception&) {
    Py_RETURN_FALSE;  // nothing of ours throws another, and a log is no reason to fail
  }
}

PyObject* emit_guarded(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keys) {
  return guarded<emit>(self, args, count, keys);
}
PyObject* submit_guarded(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  return guarded<submit_record>(self, args, count);
}

// CPython keeps the address, and its type for the function depends on the flags.
PyMethodDef emit_def = {"emit",
                        reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&emit_guarded)),
                        METH_FASTCALL | METH_KEYWORDS, "emit(message, /, **fields) -> bool"};
PyMethodDef submit_def = {
    "submit", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&submit_guarded)),
    METH_FASTCALL,
    "submit(severity, level_text, message, seconds, logger, thread, fields, attributes, own)"
    " -> bool"};

template <typename T>
PyObject* bound_function(PyMethodDef* def, const char* name, std::unique_ptr<T> data,
                         PyCapsule_Destructor destroy) {
  const Ref self = Ref::steal(PyCapsule_New(data.get(), name, destroy));
  if (!self) return nullptr;
  data.release();  // the capsule deletes it
  return PyCFunction_New(def, self.get());
}

}  // namespace

void set_hooks(PyObject* context, PyObject* exceptions, PyObject* trace) {
  for (PyObject* hook : {context, exceptions, trace}) Py_INCREF(hook);
  hooks = {context, exceptions, trace};
}

PyObject* make_emitter(std::shared_ptr<Handle> handle, Level level, std::string logger) {
  auto data = std::make_unique<Emitter>(Emitter{std::move(handle), level, std::move(logger)});
  return bound_function(&emit_def, emitter_name, std::move(data), [](PyObject* capsule) {
    delete static_cast<Emitter*>(PyCapsule_GetPointer(capsule, emitter_name));
  });
}

PyObject* make_submitter(std::shared_ptr<Handle> handle) {
  auto data = std::make_unique<std::shared_ptr<Handle>>(std::move(handle));
  return bound_function(&submit_def, submitter_name, std::move(data), [](PyObject* capsule) {
    delete static_cast<std::shared_ptr<Handle>*>(PyCapsule_GetPointer(capsule, submitter_name));
  });
}

}  // namespace clogs::python
