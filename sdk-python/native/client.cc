#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "sdk-python/native/bindings.h"
#include "sdk-python/native/emit.h"
#include "sdk-python/native/ending.h"
#include "sdk-python/native/handle.h"

namespace clogs::python {

namespace py = pybind11;

void set_options(const Pairs& pairs, Options& options) {
  for (const auto& [name, value] : pairs) {
    const Status status = options.set(name, value);
    if (!status.ok()) options.warnings.push_back(status.message());
  }
}

namespace {

void configure(Handle& handle, const Pairs& pairs) {
  Options options = Options::from_environment();
  set_options(pairs, options);
  end_client(handle.set(Client(std::move(options))));
}

py::tuple flush(Handle& handle, double timeout) {
  const Client client = handle.client();
  const FlushResult result = without_gil([&] { return client.flush(nanoseconds_of(timeout)); });
  return py::make_tuple(result.delivered, result.remaining);
}

py::tuple close(Handle& handle, std::optional<double> timeout) {
  if (!handle.made()) return py::make_tuple(true, 0);
  const Client client = handle.client();
  const FlushResult result = without_gil(
      [&] { return timeout ? client.close(nanoseconds_of(*timeout)) : client.close(); });
  return py::make_tuple(result.delivered, result.remaining);
}

py::dict stats(Handle& handle) {
  const Stats s = handle.client().stats();
  const uint64_t by_hook = handle.dropped_before_send;
  py::dict dropped;
  const std::pair<const char*, uint64_t> reasons[] = {
      {"queue_full", s.dropped_queue_full}, {"too_large", s.dropped_too_large},
      {"expired", s.dropped_expired},       {"spool_full", s.dropped_spool_full},
      {"damaged", s.dropped_damaged},       {"closed", s.dropped_closed},
      {"shutdown", s.dropped_shutdown},     {"before_send", s.dropped_before_send + by_hook},
      {"malformed", s.dropped_malformed},
  };
  for (const auto& [name, number] : reasons) dropped[name] = number;
  py::dict all;
  const std::pair<const char*, uint64_t> numbers[] = {
      {"submitted", s.submitted + by_hook},
      {"accepted", s.accepted},
      {"adopted", s.adopted},
      {"sent", s.sent},
      {"rejected", s.rejected},
      {"retried", s.retried},
      {"renamed_fields", s.renamed_fields},
      {"duplicate_fields", s.duplicate_fields},
      {"repaired_text", s.repaired_text},
      {"shortened", s.shortened},
      {"redacted", s.redacted},
      {"queue_records", s.queue_records},
      {"queue_bytes", s.queue_bytes},
      {"spool_records", s.spool_records},
      {"spool_bytes", s.spool_bytes},
      {"in_flight_records", s.in_flight_records},
  };
  for (const auto& [name, number] : numbers) all[name] = number;
  all["dropped"] = dropped;
  all["last_success_unix_nanos"] = s.last_success_unix_nanos;
  // Text of the network: not surely UTF-8.
  all["last_error"] = py::reinterpret_steal<py::str>(PyUnicode_DecodeUTF8(
      s.last_error.data(), static_cast<Py_ssize_t>(s.last_error.size()), "replace"));
  return all;
}

py::object emitter(const std::shared_ptr<Handle>& handle, int severity, const std::string& logger) {
  PyObject* made = make_emitter(handle, static_cast<Level>(severity), logger);
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

py::object submitter(const std::shared_ptr<Handle>& handle) {
  PyObject* made = make_submitter(handle);
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

void set_before_send(Handle& handle, const py::object& hook) {
  handle.before_send = hook.is_none() ? nullptr : std::make_shared<Ref>(Ref::share(hook.ptr()));
}

std::string option(Handle& handle, const std::string& name) {
  Result<std::string> value = handle.client().options().get(name);
  if (!value.ok()) throw py::key_error(name);
  return std::move(value).value();
}

}  // namespace

void bind_client(py::module_& module) {
  py::class_<Handle, std::shared_ptr<Handle>>(module, "Client")
      .def(py::init([] { return std::make_shared<Handle>(); }))
      .def("configure", &configure)
      .def("swap", [](Handle& handle, Handle& other) { handle.swap(other); })
      .def("flush", &flush)
      .def("close", &close, py::arg("timeout") = py::none())
      .def("stats", &stats)
      .def("warnings", [](Handle& handle) { return handle.client().warnings(); })
      .def("option", &option)
      .def("enabled",
           [](Handle& handle, int severity) {
             return handle.client().enabled(static_cast<Level>(severity));
           })
      .def("set_before_send", &set_before_send)
      .def("emitter", &emitter)
      .def("submitter", &submitter);
}

}  // namespace clogs::python
