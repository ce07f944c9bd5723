// Encodes one record as the wire bytes of clogs.v1.Record (proto/clogs/v1/record.proto).
//
// Lengths and ownership: a std::string_view argument is read during the call only. Text should be
// UTF-8; what is not is mended by Client::submit(), never here. Nothing is checked here but nesting,
// and nothing throws except for want of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/level.h"

namespace clogs {

// Keys may come in any order. The stored record has the typed keys (timestamp, level, ..., span_id)
// first, then the fields in the order written. Of two fields of one key the first counts.
class RecordWriter {
 public:
  // Ready for the next record; keeps its memory.
  void clear() noexcept;
  // The record so far. Invalid after the next call of anything else.
  std::string_view bytes() const noexcept { return bytes_; }
  bool empty() const noexcept { return bytes_.empty(); }

  void timestamp(int64_t unix_nanos);
  void level(Level level);
  void level(std::string_view level);
  void message(std::string_view text);
  void service(std::string_view text);
  void host(std::string_view text);
  void logger(std::string_view text);
  void thread(std::string_view text);
  void trace_id(std::string_view hex);
  void span_id(std::string_view hex);

  void field(std::string_view key, std::string_view value);
  void field(std::string_view key, const char* value) { field(key, std::string_view(value)); }
  void field(std::string_view key, int64_t value);
  void field(std::string_view key, uint64_t value);
  void field(std::string_view key, int value) { field(key, int64_t{value}); }
  void field(std::string_view key, unsigned value) { field(key, uint64_t{value}); }
  void field(std::string_view key, double value);
  void field(std::string_view key, bool value);
  void field(std::string_view key, std::nullptr_t);
  // An integer of any size, a decimal ("1.50M") or a float, by its digits as EDN prints them.
  void field_number(std::string_view key, std::string_view digits);
  void field_keyword(std::string_view key, std::string_view name);  // without its colon
  void field_instant(std::string_view key, int64_t unix_nanos);
  void field_uuid(std::string_view key, std::string_view text);  // 36 characters

  // Nested values: begin_map("request"); field("path", "/"); end(); begin_vector("tags");
  // item("a"); end(). Inside a vector or set only item...() and begin_..._item() are legal, inside a
  // map only field...() and begin_...(key). end() closes the innermost.
  void begin_map(std::string_view key);
  void begin_vector(std::string_view key);
  void begin_set(std::string_view key);
  void begin_map_item();
  void begin_vector_item();
  void item(std::string_view value);
  void item(const char* value) { item(std::string_view(value)); }
  void item(int64_t value);
  void item(int value) { item(int64_t{value}); }
  void item(double value);
  void item(bool value);
  void item(std::nullptr_t);
  void item_number(std::string_view digits);
  void end();
  // How many begin_...() are open.
  size_t depth() const noexcept { return open_.size(); }

 private:
  std::string bytes_;
  std::vector<size_t> open_;  // where the lengths of the open messages stand
};

}  // namespace clogs
