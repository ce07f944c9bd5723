// Owned references to Python objects, and text borrowed from them.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <string_view>
#include <utility>

#include <Python.h>

#ifdef Py_GIL_DISABLED
#error "clogs needs a Python with the GIL: a free-threaded build (python3.13t) is not supported"
#endif

namespace clogs::python {

// One counted reference, or none. Needs the GIL wherever it is made, moved or ended.
class Ref {
 public:
  Ref() = default;
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  static Ref steal(PyObject* object) { return Ref(object); }
  static Ref share(PyObject* object) {
    Py_XINCREF(object);
    return Ref(object);
  }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  explicit Ref(PyObject* object) : object_(object) {}
  PyObject* object_ = nullptr;
};

// The UTF-8 of a str, valid while both this and the str live. Lone surrogates become \udcxx.
class Text {
 public:
  explicit Text(PyObject* unicode) {
    Py_ssize_t size = 0;
    const char* data = PyUnicode_AsUTF8AndSize(unicode, &size);
    if (data == nullptr) {
      PyErr_Clear();
      bytes_ = Ref::steal(PyUnicode_AsEncodedString(unicode, "utf-8", "backslashreplace"));
      if (!bytes_) {
        PyErr_Clear();
        view_ = "[no memory]";
        return;
      }
      data = PyBytes_AS_STRING(bytes_.get());
      size = PyBytes_GET_SIZE(bytes_.get());
    }
    view_ = {data, static_cast<size_t>(size)};
  }

  std::string_view view() const { return view_; }

 private:
  Ref bytes_;
  std::string_view view_;
};

}  // namespace clogs::python
