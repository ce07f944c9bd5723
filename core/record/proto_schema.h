// The field numbers of proto/clogs/v1/record.proto, for the code that walks its bytes by hand. A
// test holds them against the generated messages.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace clogs::record::schema {

// Record: keys with a field of their own, field 1 first.
constexpr std::array<std::string_view, 9> typed_keys = {
    "timestamp", "level", "message", "service", "host", "logger", "thread", "trace_id", "span_id"};
constexpr uint32_t record_timestamp = 1;
constexpr uint32_t record_fields = 16;

// Field
constexpr uint32_t field_key = 1;
constexpr uint32_t field_other_key = 2;
constexpr uint32_t field_value = 3;

// Value
enum class ValueField : uint32_t {
  boolean = 1,
  integer = 2,
  floating = 3,
  string = 4,
  keyword = 5,
  symbol = 6,
  number = 7,
  character = 8,
  inst_nanos = 9,
  inst = 10,
  uuid = 11,
  list = 12,
  vector = 13,
  set = 14,
  map = 15,
  tagged = 16,
};
constexpr uint32_t last_value_field = 16;

constexpr uint32_t items_items = 1;
constexpr uint32_t map_entries = 1;
constexpr uint32_t tagged_tag = 1;
constexpr uint32_t tagged_value = 2;

}  // namespace clogs::record::schema
