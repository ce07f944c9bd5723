// Rows of a query or a tail, a part of the answer at a time.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "clogs/query.h"
#include "sdk-python/native/bindings.h"
#include "sdk-python/native/ending.h"
#include "sdk-python/native/handle.h"

namespace clogs::python {

namespace py = pybind11;

namespace {

[[noreturn]] void raise(const Status& status) {
  const py::object type = py::module_::import("clogs._errors").attr("QueryError");
  const py::object error =
      type(std::string(code_name(status.code())), status.message(), status.details());
  PyErr_SetObject(type.ptr(), error.ptr());
  throw py::error_already_set();
}

// Null: the interpreter ends.
std::shared_ptr<Rows> ask(Handle& handle, bool tail, const std::string& text, bool json,
                          const std::map<std::string, std::string>& params, double timeout) {
  const Visit visit;  // to raise an error is to run Python code
  if (!visit) return nullptr;
  QueryRequest request;
  request.text = text;
  request.json_syntax = json;
  request.rows = RowFormat::json;
  request.params = params;
  request.timeout = nanoseconds_of(timeout);
  const Client client = handle.client();
  Result<Rows> rows =
      without_gil([&] { return tail ? client.tail(request) : client.query(request); });
  if (!rows.ok()) raise(rows.status());
  return std::make_shared<Rows>(std::move(rows).value());
}

// Lines of JSON; None at the end; empty bytes where `wait` passed without a row.
py::object next(Rows& rows, double wait) {
  const Visit visit;
  if (!visit) return py::none();
  std::string lines;
  const Result<bool> more = without_gil([&] { return rows.next(lines, nanoseconds_of(wait)); });
  if (more.ok()) return *more ? py::object(py::bytes(lines)) : py::object(py::none());
  if (more.status().code() == Code::deadline_exceeded && wait > 0) return py::bytes();
  raise(more.status());
}

py::dict summary(const Rows& rows) {
  const QuerySummary& s = rows.summary();
  py::dict all;
  all["canonical"] = s.canonical;
  all["hash"] = s.hash;
  all["columns"] = s.columns;
  all["count"] = s.count;
  all["total"] = s.total;
  all["total_is_exact"] = s.total_is_exact;
  all["next"] = s.next;
  all["prev"] = s.prev;
  all["approx"] = s.approx;
  all["partial"] = s.partial;
  all["warnings"] = s.warnings;
  all["as_of_unix_nanos"] = s.as_of_unix_nanos;
  return all;
}

}  // namespace

void bind_rows(py::module_& module) {
  py::class_<Rows, std::shared_ptr<Rows>>(module, "Rows")
      .def("next", &next)
      .def("cancel", &Rows::cancel)
      .def("summary", &summary)
      .def("dropped", &Rows::dropped);
  module.def("ask", &ask);
}

}  // namespace clogs::python
