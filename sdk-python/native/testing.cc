// The server in memory, for clogs.testing.
#include "clogs/testing.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "sdk-python/native/bindings.h"
#include "sdk-python/native/ending.h"
#include "sdk-python/native/handle.h"

namespace clogs::python {

namespace py = pybind11;
using testing::TestServer;

namespace {

std::shared_ptr<Handle> client(TestServer& server, const Pairs& pairs) {
  Options options;
  options.flush_interval = std::chrono::milliseconds(0);
  set_options(pairs, options);
  auto handle = std::make_shared<Handle>();
  handle->set(server.client(std::move(options)));
  return handle;
}

void behave(TestServer& server, uint64_t fail_times, bool hang, bool reject) {
  testing::Behaviour behaviour;
  behaviour.fail_times = fail_times;
  behaviour.hang = hang;
  behaviour.reject = reject;
  without_gil([&] {
    server.behave(behaviour);
    return true;
  });
}

}  // namespace

void bind_testing(py::module_& module) {
  py::class_<TestServer>(module, "TestServer")
      .def(py::init<>())
      .def("client", &client)
      .def("behave", &behave, py::arg("fail_times") = 0, py::arg("hang") = false,
           py::arg("reject") = false)
      .def("records_json", &TestServer::records_json)
      .def("records_edn", &TestServer::records_edn)
      .def("calls", &TestServer::calls)
      .def("duplicates", &TestServer::duplicates)
      .def("clear", &TestServer::clear);
}

}  // namespace clogs::python
