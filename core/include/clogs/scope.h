// Context of the current thread: fields that every record gets while a scope is open.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace clogs {

class RecordWriter;

// Scopes nest and close in the opposite order, on the thread that opened them. An inner field
// hides an outer one; a record's own field hides both.
class Scope {
 public:
  Scope(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

  // Writes this thread's fields, the innermost first, each key once.
  static void write(RecordWriter& writer);

 private:
  size_t outer_;  // fields of the scopes around this one
};

}  // namespace clogs
