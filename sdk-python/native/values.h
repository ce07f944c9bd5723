// Python values as the values of a record.
#pragma once

#include "clogs/record_writer.h"
#include "sdk-python/native/ref.h"

namespace clogs::python {

// The classes that are told apart from "everything else". Borrowed for the life of the process.
struct Classes {
  PyObject* decimal = nullptr;
  PyObject* uuid = nullptr;
  PyObject* enumeration = nullptr;
  PyObject* epoch = nullptr;  // datetime(1970, 1, 1, tzinfo=UTC)
};

// Imports them; false: a Python exception is set.
bool load_classes();
const Classes& classes();

// Writes values into one record. Python code may run meanwhile (a __str__, a __del__), and may log.
// A value that raises is written as what it raised; only what must not be caught
// (KeyboardInterrupt, SystemExit) goes on: the function is then false and the exception is set.
class Values {
 public:
  explicit Values(RecordWriter& writer) : writer_(writer) {}

  bool field(std::string_view key, PyObject* value) { return put({key, true}, value); }
  bool field(PyObject* key, PyObject* value);
  // Every entry of a dict.
  bool fields(PyObject* dict);

 private:
  // Where a value goes: under a key, or as the next item.
  struct Place {
    std::string_view key;
    bool in_map;
  };

  bool put(Place place, PyObject* value);
  bool put_other(Place place, PyObject* value);
  bool put_integer(Place place, PyObject* value);
  bool put_time(Place place, PyObject* value);
  bool put_decimal(Place place, PyObject* value);
  bool put_bytes(Place place, PyObject* value);
  bool put_printed(Place place, PyObject* value);
  bool put_nested(Place place, PyObject* value);
  bool put_items(PyObject* sequence);
  bool put_attribute(Place place, PyObject* value, const char* name);
  // A Python exception is set: takes it, and writes its class.
  bool put_raised(Place place);

  template <typename T>
  void write(Place place, T value) {
    if (place.in_map) {
      writer_.field(place.key, value);
    } else {
      writer_.item(value);
    }
  }
  void write_number(Place place, std::string_view digits);

  // Deeper values, and those inside themselves, are named and not followed. Same as the other SDKs.
  static constexpr size_t max_depth = 16;

  RecordWriter& writer_;
  PyObject* around_[max_depth] = {};  // borrowed: what is being written, outermost first
  size_t depth_ = 0;
};

}  // namespace clogs::python
