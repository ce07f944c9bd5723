// Reads what a record's bytes hold, e.g. in Options::before_send.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clogs {

// Keeps a view of the bytes of a clogs.v1.Record. Reading does not copy; bytes that are no record
// have no keys.
class RecordView {
 public:
  explicit RecordView(std::string_view record) : record_(record) {}

  // The text under a key of the record's own map: a typed key ("message", "level", ...), or a field
  // whose value is a string. Empty if there is none.
  std::optional<std::string_view> text(std::string_view key) const;
  // The record as the server will print it; empty if the bytes are no record.
  std::string to_edn() const;

 private:
  std::string_view record_;
};

}  // namespace clogs
