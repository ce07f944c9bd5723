#include "sdk-python/native/values.h"

#include <limits>
#include <string>

#include <datetime.h>

namespace clogs::python {
namespace {

Classes loaded;  // written once, by the import of the module, under the GIL

PyObject* attribute_of(const char* module_name, const char* name) {
  const Ref module = Ref::steal(PyImport_ImportModule(module_name));
  return module ? PyObject_GetAttrString(module.get(), name) : nullptr;
}

#ifndef PyDateTime_DATE_GET_TZINFO  // came with Python 3.10
PyObject* PyDateTime_DATE_GET_TZINFO(PyObject* time) {
  const auto* plain = reinterpret_cast<const PyDateTime_DateTime*>(time);
  return plain->hastzinfo != 0 ? plain->tzinfo : Py_None;
}
#endif

// Nanoseconds since 1970 of a datetime with a zone; false where 64 bits do not hold them.
bool unix_nanos(PyObject* delta, int64_t& nanos) {
  constexpr int64_t nanos_a_second = 1'000'000'000;
  const int64_t seconds =
      int64_t{PyDateTime_DELTA_GET_DAYS(delta)} * 86400 + PyDateTime_DELTA_GET_SECONDS(delta);
  const int64_t part = int64_t{PyDateTime_DELTA_GET_MICROSECONDS(delta)} * 1000;
  constexpr int64_t most = std::numeric_limits<int64_t>::max() / nanos_a_second - 1;
  if (seconds > most || seconds < -most) return false;
  nanos = seconds * nanos_a_second + part;
  return true;
}

}  // namespace

bool load_classes() {
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) return false;
  loaded.decimal = attribute_of("decimal", "Decimal");
  loaded.uuid = attribute_of("uuid", "UUID");
  loaded.enumeration = attribute_of("enum", "Enum");
  loaded.epoch = PyDateTimeAPI->DateTime_FromDateAndTime(
      1970, 1, 1, 0, 0, 0, 0, PyDateTimeAPI->TimeZone_UTC, PyDateTimeAPI->DateTimeType);
  return loaded.decimal != nullptr && loaded.uuid != nullptr && loaded.enumeration != nullptr &&
         loaded.epoch != nullptr;
}

const Classes& classes() { return loaded; }

bool Values::field(PyObject* key, PyObject* value) {
  if (PyUnicode_Check(key)) return put({Text(key).view(), true}, value);
  const Ref printed = Ref::steal(PyObject_Str(key));
  if (!printed) return put_raised({"[key]", true});
  const Text text(printed.get());
  return put({text.view(), true}, value);
}

bool Values::fields(PyObject* dict) {
  // Of a copy: the code of a value may change the dict while it is read.
  const Ref copy = Ref::steal(PyDict_Copy(dict));
  if (!copy) return put_raised({"[fields]", true});
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(copy.get(), &position, &key, &value) != 0) {
    if (!field(key, value)) return false;
  }
  return true;
}

bool Values::put(Place place, PyObject* value) {
  if (PyUnicode_Check(value)) {
    const Text text(value);
    write(place, text.view());
  } else if (value == Py_None) {
    write(place, nullptr);
  } else if (PyBool_Check(value)) {
    write(place, value == Py_True);
  } else if (PyLong_Check(value)) {
    return put_integer(place, value);
  } else if (PyFloat_Check(value)) {
    write(place, PyFloat_AS_DOUBLE(value));
  } else if (PyDict_Check(value) || PyList_Check(value) || PyTuple_Check(value) ||
             PyAnySet_Check(value)) {
    return put_nested(place, value);
  } else {
    return put_other(place, value);
  }
  return true;
}

bool Values::put_other(Place place, PyObject* value) {
  if (PyDateTime_Check(value)) return put_time(place, value);
  if (PyDate_Check(value)) return put_attribute(place, value, "isoformat");
  if (PyBytes_Check(value) || PyByteArray_Check(value)) return put_bytes(place, value);
  auto* type = reinterpret_cast<PyObject*>(Py_TYPE(value));
  // By the class and not by isinstance(), which asks the value itself, and that may lie or raise.
  const auto is = [&](PyObject* wanted) {
    return PyType_IsSubtype(Py_TYPE(value), reinterpret_cast<PyTypeObject*>(wanted)) != 0;
  };
  if (type == classes().decimal || is(classes().decimal)) return put_decimal(place, value);
  if (is(classes().uuid)) {
    const Ref printed = Ref::steal(PyObject_Str(value));
    if (!printed) return put_raised(place);
    const Text text(printed.get());
    if (place.in_map) {
      writer_.field_uuid(place.key, text.view());
    } else {
      writer_.item_uuid(text.view());
    }
    return true;
  }
  if (is(classes().enumeration)) return put_attribute(place, value, "value");
  // Integers of other libraries, as numpy's.
  if (PyIndex_Check(value)) {
    const Ref integer = Ref::steal(PyNumber_Index(value));
    return integer ? put_integer(place, integer.get()) : put_raised(place);
  }
  return put_printed(place, value);
}

bool Values::put_integer(Place place, PyObject* value) {
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow == 0) {
    write(place, int64_t{small});
    return true;
  }
  // Python refuses to print integers beyond some 4,300 decimal digits, but not in base 16.
  Ref digits = Ref::steal(PyNumber_ToBase(value, 10));
  if (digits) {
    write_number(place, Text(digits.get()).view());
    return true;
  }
  PyErr_Clear();
  digits = Ref::steal(PyNumber_ToBase(value, 16));
  if (!digits) return put_raised(place);
  write(place, Text(digits.get()).view());
  return true;
}

bool Values::put_time(Place place, PyObject* value) {
  // As Python itself takes a time without a zone: local.
  Ref aware = PyDateTime_DATE_GET_TZINFO(value) == Py_None
                  ? Ref::steal(PyObject_CallMethod(value, "astimezone", nullptr))
                  : Ref::share(value);
  const Ref delta = aware ? Ref::steal(PyNumber_Subtract(aware.get(), classes().epoch)) : Ref();
  int64_t nanos = 0;
  if (!delta || !PyDelta_Check(delta.get()) || !unix_nanos(delta.get(), nanos)) {
    PyErr_Clear();
    return put_attribute(place, value, "isoformat");
  }
  if (place.in_map) {
    writer_.field_instant(place.key, nanos);
  } else {
    writer_.item_instant(nanos);
  }
  return true;
}

bool Values::put_decimal(Place place, PyObject* value) {
  const Ref printed = Ref::steal(PyObject_Str(value));
  if (!printed) return put_raised(place);
  std::string text(Text(printed.get()).view());
  const Ref finite = Ref::steal(PyObject_CallMethod(value, "is_finite", nullptr));
  if (!finite) return put_raised(place);
  if (finite.get() == Py_True) {
    write_number(place, text + "M");
  } else {
    write(place, std::string_view(text));
  }
  return true;
}

bool Values::put_bytes(Place place, PyObject* value) {
  const bool plain = PyBytes_Check(value);
  const char* data = plain ? PyBytes_AS_STRING(value) : PyByteArray_AS_STRING(value);
  const Py_ssize_t size = plain ? PyBytes_GET_SIZE(value) : PyByteArray_GET_SIZE(value);
  const Ref decoded = Ref::steal(PyUnicode_DecodeUTF8(data, size, "backslashreplace"));
  if (!decoded) return put_raised(place);
  write(place, Text(decoded.get()).view());
  return true;
}

bool Values::put_printed(Place place, PyObject* value) {
  const Ref printed = Ref::steal(PyObject_Str(value));
  if (!printed) return put_raised(place);
  const Text text(printed.get());
  write(place, text.view());
  return true;
}

bool Values::put_attribute(Place place, PyObject* value, const char* name) {
  Ref found = Ref::steal(PyObject_GetAttrString(value, name));
  if (found && PyCallable_Check(found.get()) != 0) {
    found = Ref::steal(PyObject_CallNoArgs(found.get()));
  }
  if (!found) return put_raised(place);
  // An Enum's value may be any object, and that one an Enum again: it counts as one level.
  if (depth_ == max_depth) {
    write(place, std::string_view("[too deep]"));
    return true;
  }
  around_[depth_++] = value;
  const bool fine = put(place, found.get());
  --depth_;
  return fine;
}

bool Values::put_nested(Place place, PyObject* value) {
  for (size_t i = 0; i < depth_; ++i) {
    if (around_[i] == value) {
      write(place, std::string_view("[circular]"));
      return true;
    }
  }
  if (depth_ == max_depth) {
    write(place, std::string_view("[too deep]"));
    return true;
  }
  const bool map = PyDict_Check(value);
  const bool set = PyAnySet_Check(value);
  // A set is read from a copy; a list may change meanwhile, which put_items() allows for.
  const Ref items = set ? Ref::steal(PySequence_List(value)) : Ref::share(value);
  if (!items) return put_raised(place);
  if (place.in_map) {
    map   ? writer_.begin_map(place.key)
    : set ? writer_.begin_set(place.key)
          : writer_.begin_vector(place.key);
  } else {
    map ? writer_.begin_map_item() : set ? writer_.begin_set_item() : writer_.begin_vector_item();
  }
  around_[depth_++] = value;
  const bool fine = map ? fields(value) : put_items(items.get());
  --depth_;
  writer_.end();
  return fine;
}

bool Values::put_items(PyObject* sequence) {
  const bool list = PyList_Check(sequence);
  for (Py_ssize_t i = 0;; ++i) {
    const Py_ssize_t size = list ? PyList_GET_SIZE(sequence) : PyTuple_GET_SIZE(sequence);
    if (i >= size) return true;
    const Ref item =
        Ref::share(list ? PyList_GET_ITEM(sequence, i) : PyTuple_GET_ITEM(sequence, i));
    if (!put({{}, false}, item.get())) return false;
  }
}

bool Values::put_raised(Place place) {
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0) return false;
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  std::string text = "[raised ";
  text += reinterpret_cast<PyTypeObject*>(type)->tp_name;
  text += ']';
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(trace);
  write(place, std::string_view(text));
  return true;
}

void Values::write_number(Place place, std::string_view digits) {
  if (place.in_map) {
    writer_.field_number(place.key, digits);
  } else {
    writer_.item_number(digits);
  }
}

}  // namespace clogs::python
