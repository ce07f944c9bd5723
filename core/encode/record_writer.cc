// The wire bytes of a record, front to back: the lengths of scalars are known beforehand, those of
// collections are put in behind, in the four bytes kept for them.
#include "clogs/record_writer.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "core/record/proto_schema.h"
#include "core/record/wire.h"

namespace clogs {
namespace {

namespace schema = record::schema;
namespace wire = record::wire;
using schema::ValueField;

constexpr unsigned number_of(ValueField kind) { return static_cast<unsigned>(kind); }

// A tag of one byte: field numbers up to 15.
constexpr char tag(unsigned field, wire::Type type) { return static_cast<char>(field << 3 | type); }

// The kinds of 16 and more need a second byte; the writer makes none of them.
static_assert(number_of(ValueField::map) < 16);
static_assert(schema::items_items == schema::map_entries);

constexpr char bool_tag = tag(number_of(ValueField::boolean), wire::varint);
constexpr char integer_tag = tag(number_of(ValueField::integer), wire::varint);
constexpr char double_tag = tag(number_of(ValueField::floating), wire::fixed64);
constexpr char inst_tag = tag(number_of(ValueField::inst_nanos), wire::fixed64);
constexpr char element_tag = tag(schema::items_items, wire::bytes);
constexpr char key_tag = tag(schema::field_key, wire::bytes);
constexpr char value_tag = tag(schema::field_value, wire::bytes);
// Record.fields, in two bytes.
constexpr char fields_tag[2] = {
    static_cast<char>((schema::record_fields << 3 | wire::bytes) | 0x80),
    static_cast<char>(schema::record_fields << 3 >> 7)};

constexpr size_t varint_bytes_max = 10;
// Lengths of nested messages: a varint padded to this many bytes, so that 2^28 - 1 is the longest.
constexpr size_t padded_bytes = 4;
constexpr size_t padded_max = (size_t{1} << (7 * padded_bytes)) - 1;

size_t varint_size(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

char* put_varint(char* at, uint64_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<char>(value);
  return at;
}

char* put_text(char* at, std::string_view text) {
  at = put_varint(at, text.size());
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* put_fixed64(char* at, uint64_t value) {
  for (unsigned i = 0; i < 8; ++i) at[i] = static_cast<char>(value >> (8 * i));
  return at + 8;
}

void put_padded(char* at, size_t length) {
  for (size_t i = 0; i < padded_bytes; ++i) {
    const bool more = i + 1 < padded_bytes;
    at[i] = static_cast<char>((length >> (7 * i) & 0x7F) | (more ? 0x80 : 0));
  }
}

uint64_t zigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

constexpr size_t fixed64_value_bytes = 9;

}  // namespace

void RecordWriter::grow(size_t bytes) {
  constexpr size_t first = 512;
  memory_.resize(std::max({first, memory_.size() * 2, used_ + bytes}));
}

void RecordWriter::timestamp(int64_t unix_nanos) {
  char* at = room(fixed64_value_bytes);
  *at = tag(schema::record_timestamp, wire::fixed64);
  put_fixed64(at + 1, static_cast<uint64_t>(unix_nanos));
  used_ += fixed64_value_bytes;
}

void RecordWriter::typed(unsigned number, std::string_view text) {
  char* at = room(1 + varint_bytes_max + text.size());
  *at = tag(number, wire::bytes);
  used_ = static_cast<size_t>(put_text(at + 1, text) - memory_.data());
}

void RecordWriter::level(std::string_view text) { typed(2, text); }
void RecordWriter::message(std::string_view text) { typed(3, text); }
void RecordWriter::service(std::string_view text) { typed(4, text); }
void RecordWriter::host(std::string_view text) { typed(5, text); }
void RecordWriter::logger(std::string_view text) { typed(6, text); }
void RecordWriter::thread(std::string_view text) { typed(7, text); }
void RecordWriter::trace_id(std::string_view hex) { typed(8, hex); }
void RecordWriter::span_id(std::string_view hex) { typed(9, hex); }

// Everything of a Field but its value; the caller writes that where this returns. used_ is already
// behind it.
char* RecordWriter::field_head(std::string_view key, size_t value_bytes) {
  const size_t body =
      2 + varint_size(key.size()) + key.size() + varint_size(value_bytes) + value_bytes;
  char* at = room(sizeof fields_tag + varint_bytes_max + body);
  if (open_.empty()) {
    *at++ = fields_tag[0];
    *at++ = fields_tag[1];
  } else {
    *at++ = element_tag;
  }
  at = put_varint(at, body);
  *at++ = key_tag;
  at = put_text(at, key);
  *at++ = value_tag;
  at = put_varint(at, value_bytes);
  used_ = static_cast<size_t>(at - memory_.data()) + value_bytes;
  return at;
}

char* RecordWriter::item_head(size_t value_bytes) {
  char* at = room(1 + varint_bytes_max + value_bytes);
  *at++ = element_tag;
  at = put_varint(at, value_bytes);
  used_ = static_cast<size_t>(at - memory_.data()) + value_bytes;
  return at;
}

void RecordWriter::field_text(unsigned kind, std::string_view key, std::string_view text) {
  char* at = field_head(key, 1 + varint_size(text.size()) + text.size());
  *at = tag(kind, wire::bytes);
  put_text(at + 1, text);
}

void RecordWriter::item_text(unsigned kind, std::string_view text) {
  char* at = item_head(1 + varint_size(text.size()) + text.size());
  *at = tag(kind, wire::bytes);
  put_text(at + 1, text);
}

void RecordWriter::field(std::string_view key, std::string_view value) {
  field_text(number_of(ValueField::string), key, value);
}

void RecordWriter::field_signed(std::string_view key, int64_t value) {
  const uint64_t bits = zigzag(value);
  char* at = field_head(key, 1 + varint_size(bits));
  *at = integer_tag;
  put_varint(at + 1, bits);
}

void RecordWriter::item_signed(int64_t value) {
  const uint64_t bits = zigzag(value);
  char* at = item_head(1 + varint_size(bits));
  *at = integer_tag;
  put_varint(at + 1, bits);
}

// Beyond int64 an integer goes by its digits.
void RecordWriter::field_unsigned(std::string_view key, uint64_t value) {
  if (value <= INT64_MAX) return field_signed(key, static_cast<int64_t>(value));
  char digits[20];
  const char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  field_number(key, {digits, static_cast<size_t>(end - digits)});
}

void RecordWriter::item_unsigned(uint64_t value) {
  if (value <= INT64_MAX) return item_signed(static_cast<int64_t>(value));
  char digits[20];
  const char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  item_number({digits, static_cast<size_t>(end - digits)});
}

void RecordWriter::field(std::string_view key, double value) {
  char* at = field_head(key, fixed64_value_bytes);
  *at = double_tag;
  put_fixed64(at + 1, std::bit_cast<uint64_t>(value));
}

void RecordWriter::item(double value) {
  char* at = item_head(fixed64_value_bytes);
  *at = double_tag;
  put_fixed64(at + 1, std::bit_cast<uint64_t>(value));
}

void RecordWriter::field(std::string_view key, bool value) {
  char* at = field_head(key, 2);
  at[0] = bool_tag;
  at[1] = value ? 1 : 0;
}

void RecordWriter::item(bool value) {
  char* at = item_head(2);
  at[0] = bool_tag;
  at[1] = value ? 1 : 0;
}

void RecordWriter::field(std::string_view key, std::nullptr_t) { field_head(key, 0); }
void RecordWriter::item(std::nullptr_t) { item_head(0); }
void RecordWriter::item(std::string_view value) { item_text(number_of(ValueField::string), value); }

void RecordWriter::field_number(std::string_view key, std::string_view digits) {
  field_text(number_of(ValueField::number), key, digits);
}
void RecordWriter::item_number(std::string_view digits) {
  item_text(number_of(ValueField::number), digits);
}
void RecordWriter::field_keyword(std::string_view key, std::string_view name) {
  field_text(number_of(ValueField::keyword), key, name);
}
void RecordWriter::item_keyword(std::string_view name) {
  item_text(number_of(ValueField::keyword), name);
}
void RecordWriter::field_uuid(std::string_view key, std::string_view text) {
  field_text(number_of(ValueField::uuid), key, text);
}
void RecordWriter::item_uuid(std::string_view text) {
  item_text(number_of(ValueField::uuid), text);
}

void RecordWriter::field_instant(std::string_view key, int64_t unix_nanos) {
  char* at = field_head(key, fixed64_value_bytes);
  *at = inst_tag;
  put_fixed64(at + 1, static_cast<uint64_t>(unix_nanos));
}

void RecordWriter::item_instant(int64_t unix_nanos) {
  char* at = item_head(fixed64_value_bytes);
  *at = inst_tag;
  put_fixed64(at + 1, static_cast<uint64_t>(unix_nanos));
}

void RecordWriter::begin(unsigned kind, std::string_view key) {
  char* at = room(sizeof fields_tag + 3 * padded_bytes + 3 + varint_bytes_max + key.size());
  Open open{};
  if (open_.empty()) {
    *at++ = fields_tag[0];
    *at++ = fields_tag[1];
  } else {
    *at++ = element_tag;
  }
  open.around = static_cast<size_t>(at - memory_.data());
  at += padded_bytes;
  *at++ = key_tag;
  at = put_text(at, key);
  *at++ = value_tag;
  open.value = static_cast<size_t>(at - memory_.data());
  at += padded_bytes;
  *at++ = tag(kind, wire::bytes);
  open.body = static_cast<size_t>(at - memory_.data());
  used_ = open.body + padded_bytes;
  open_.push_back(open);
}

void RecordWriter::begin_item(unsigned kind) {
  char* at = room(2 + 2 * padded_bytes);
  *at++ = element_tag;
  const auto value = static_cast<size_t>(at - memory_.data());
  at += padded_bytes;
  *at++ = tag(kind, wire::bytes);
  const auto body = static_cast<size_t>(at - memory_.data());
  used_ = body + padded_bytes;
  open_.push_back({.around = value, .value = value, .body = body});
}

void RecordWriter::begin_map(std::string_view key) { begin(number_of(ValueField::map), key); }
void RecordWriter::begin_vector(std::string_view key) { begin(number_of(ValueField::vector), key); }
void RecordWriter::begin_set(std::string_view key) { begin(number_of(ValueField::set), key); }
void RecordWriter::begin_map_item() { begin_item(number_of(ValueField::map)); }
void RecordWriter::begin_vector_item() { begin_item(number_of(ValueField::vector)); }
void RecordWriter::begin_set_item() { begin_item(number_of(ValueField::set)); }

void RecordWriter::end() {
  if (open_.empty()) return;
  const Open open = open_.back();
  open_.pop_back();
  for (size_t length_at : {open.around, open.value, open.body}) {
    // A message over the limit gets the longest length, and the record is refused as malformed.
    const size_t length = std::min(used_ - length_at - padded_bytes, padded_max);
    put_padded(memory_.data() + length_at, length);
  }
}

}  // namespace clogs
