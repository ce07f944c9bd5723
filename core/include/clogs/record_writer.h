// Encodes one record as the wire bytes of clogs.v1.Record (proto/clogs/v1/record.proto).
//
// Lengths and ownership: a std::string_view argument is read during the call only. Text should be
// UTF-8; what is not is mended by Client::submit(), never here. Nothing is checked here: a call
// that is out of place makes bytes that submit() refuses. Nothing throws but for want of memory.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/level.h"

namespace clogs {

// Any integer but bool and the types of characters.
template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                  !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

// Keys may come in any order. The stored record has the typed keys (timestamp, level, ..., span_id)
// first, then the fields in the order written. Of two fields of one key the first counts.
class RecordWriter {
 public:
  // Ready for the next record; keeps its memory.
  void clear() noexcept {
    used_ = 0;
    open_.clear();
  }
  // The record so far, without what is still open. Invalid after the next call of anything else.
  std::string_view bytes() const noexcept { return {memory_.data(), used_}; }
  bool empty() const noexcept { return used_ == 0; }

  void timestamp(int64_t unix_nanos);
  void level(Level level) { this->level(level_name(level)); }
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
  void field(std::string_view key, const std::string& value) {
    field(key, std::string_view(value));
  }
  void field(std::string_view key, double value);
  void field(std::string_view key, bool value);
  void field(std::string_view key, std::nullptr_t);
  template <Integer T>
  void field(std::string_view key, T value) {
    if constexpr (std::signed_integral<T>) {
      field_signed(key, value);
    } else {
      field_unsigned(key, value);
    }
  }
  // An integer of any size, a decimal ("1.50M") or a float, by its digits as EDN prints them.
  void field_number(std::string_view key, std::string_view digits);
  void field_keyword(std::string_view key, std::string_view name);  // without its colon
  void field_instant(std::string_view key, int64_t unix_nanos);
  void field_uuid(std::string_view key, std::string_view text);  // 36 characters

  // Nested values: begin_map("request"); field("path", "/"); end(); begin_vector("tags");
  // item("a"); end(). Inside a vector or set only item...() and begin_..._item() are legal, inside
  // a map only field...() and begin_...(key). end() closes the innermost, or does nothing.
  void begin_map(std::string_view key);
  void begin_vector(std::string_view key);
  void begin_set(std::string_view key);
  void begin_map_item();
  void begin_vector_item();
  void begin_set_item();
  void item(std::string_view value);
  void item(const char* value) { item(std::string_view(value)); }
  void item(const std::string& value) { item(std::string_view(value)); }
  void item(double value);
  void item(bool value);
  void item(std::nullptr_t);
  template <Integer T>
  void item(T value) {
    if constexpr (std::signed_integral<T>) {
      item_signed(value);
    } else {
      item_unsigned(value);
    }
  }
  void item_number(std::string_view digits);
  void item_keyword(std::string_view name);
  void item_instant(int64_t unix_nanos);
  void item_uuid(std::string_view text);
  void end();
  // How many begin_...() are open. bytes() is no record while any is.
  size_t depth() const noexcept { return open_.size(); }

 private:
  // Where the lengths of a nested value's messages stand: of the Field or item around the Value,
  // of the Value, of the collection itself. A Value that is an item has no message around it.
  struct Open {
    size_t around;
    size_t value;
    size_t body;
  };

  // At least `bytes` more, to be written by hand and then counted in used_.
  char* room(size_t bytes) {
    if (memory_.size() - used_ < bytes) grow(bytes);
    return memory_.data() + used_;
  }
  void grow(size_t bytes);
  void typed(unsigned number, std::string_view text);
  char* field_head(std::string_view key, size_t value_bytes);
  char* item_head(size_t value_bytes);
  void field_text(unsigned kind, std::string_view key, std::string_view text);
  void item_text(unsigned kind, std::string_view text);
  void field_signed(std::string_view key, int64_t value);
  void field_unsigned(std::string_view key, uint64_t value);
  void item_signed(int64_t value);
  void item_unsigned(uint64_t value);
  void begin(unsigned kind, std::string_view key);
  void begin_item(unsigned kind);

  std::string memory_;  // the first used_ bytes are the record
  size_t used_ = 0;
  std::vector<Open> open_;
};

}  // namespace clogs
