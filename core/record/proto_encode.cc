// Maps as clogs.v1.Record and clogs.v1.Value.
#include <charconv>
#include <string>
#include <string_view>

#include "core/base/instant.h"
#include "core/edn/escape.h"
#include "core/edn/printer.h"
#include "core/record/proto_codec.h"
#include "core/record/proto_schema.h"
#include "core/record/refusal.h"
#include "core/record/wire.h"

namespace clogs::record {
namespace {

using edn::Kind;
using edn::View;
using schema::ValueField;

constexpr uint32_t number_of(ValueField field) { return static_cast<uint32_t>(field); }

// Puts a message behind its tag and length. The length takes one byte in the common case; a longer
// one moves what was written.
template <typename Body>
void put_message(uint32_t field, std::string& out, Body body) {
  wire::put_tag(field, wire::bytes, out);
  const size_t length_at = out.size();
  out.push_back(0);
  body();
  const size_t length = out.size() - length_at - 1;
  if (length < 0x80) {
    out[length_at] = static_cast<char>(length);
    return;
  }
  std::string prefix;
  wire::put_varint(length, prefix);
  out.replace(length_at, 1, prefix);
}

// Nanoseconds of an #inst whose text is what the decoder would print for them.
bool plain_inst(std::string_view text, int64_t& nanos) {
  const Result<Instant> instant = parse_inst(text);
  if (!instant.ok()) return false;
  const std::optional<int64_t> whole = instant->to_nanos();
  if (!whole) return false;
  nanos = *whole;
  edn::Tape tape;
  tape.inst(nanos);
  return tape.root().text() == text;
}

// int64 digits that print as they were sent: no plus, no leading zero, no -0.
bool plain_integer(std::string_view text, int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  const size_t first = text[0] == '-' ? 1 : 0;
  return text[first] != '0' || text.size() == 1;
}

void put_integer(View value, std::string& out) {
  int64_t number = 0;
  if (!plain_integer(value.text(), number)) {
    wire::put_bytes(number_of(ValueField::number), value.text(), out);
    return;
  }
  wire::put_tag(number_of(ValueField::integer), wire::varint, out);
  wire::put_varint(static_cast<uint64_t>(number) << 1 ^ static_cast<uint64_t>(number >> 63), out);
}

void put_floating(View value, std::string& out) {
  uint64_t bits = 0;
  if (value.text() == "##Inf") {
    bits = 0x7FF0000000000000;
  } else if (value.text() == "##-Inf") {
    bits = 0xFFF0000000000000;
  } else if (value.text() == "##NaN") {
    bits = 0x7FF8000000000000;
  } else {
    // The digits matter, and are seldom longer than the eight bytes of a double.
    wire::put_bytes(number_of(ValueField::number), value.text(), out);
    return;
  }
  wire::put_fixed64(number_of(ValueField::floating), bits, out);
}

void put_inst(View value, std::string& out) {
  int64_t nanos = 0;
  if (plain_inst(value.text(), nanos)) {
    wire::put_fixed64(number_of(ValueField::inst_nanos), static_cast<uint64_t>(nanos), out);
  } else {
    wire::put_bytes(number_of(ValueField::inst), value.text(), out);
  }
}

void put_field(View key, View value, std::string& out) {
  if (key.kind() == Kind::keyword) {
    wire::put_bytes(schema::field_key, key.text(), out);
  } else {
    put_message(schema::field_other_key, out, [&] { encode_value(key, out); });
  }
  put_message(schema::field_value, out, [&] { encode_value(value, out); });
}

void put_entries(View map, uint32_t field, std::string& out) {
  for (auto at = map.begin(); at != map.end(); ++at) {
    const View key = *at;
    const View value = *++at;
    put_message(field, out, [&] { put_field(key, value, out); });
  }
}

void put_items(View collection, std::string& out) {
  for (View item : collection) {
    put_message(schema::items_items, out, [&] { encode_value(item, out); });
  }
}

// Field number of a typed key whose value the field can hold; 0 where there is none.
uint32_t typed_field(View key, View value) {
  if (key.kind() != Kind::keyword) return 0;
  for (size_t i = 0; i < schema::typed_keys.size(); ++i) {
    if (schema::typed_keys[i] != key.text()) continue;
    int64_t nanos = 0;
    const bool fits = i == 0 ? value.kind() == Kind::inst && plain_inst(value.text(), nanos)
                             : value.kind() == Kind::string;
    return fits ? static_cast<uint32_t>(i + 1) : 0;
  }
  return 0;
}

void put_typed(uint32_t field, View value, std::string& out) {
  if (field != schema::record_timestamp) {
    wire::put_bytes(field, value.text(), out);
    return;
  }
  int64_t nanos = 0;
  plain_inst(value.text(), nanos);
  wire::put_fixed64(field, static_cast<uint64_t>(nanos), out);
}

std::string number_text(View value) {
  std::string text;
  edn::print_atom(value.kind(), value.text(), text);
  return text;
}

}  // namespace

void encode_value(View value, std::string& wire) {
  switch (value.kind()) {
    case Kind::nil:
      return;
    case Kind::boolean:
      wire::put_tag(number_of(ValueField::boolean), wire::varint, wire);
      wire.push_back(value.truth() ? 1 : 0);
      return;
    case Kind::integer:
      return put_integer(value, wire);
    case Kind::floating:
      return put_floating(value, wire);
    case Kind::big_integer:
    case Kind::decimal:
    case Kind::ratio:
      return wire::put_bytes(number_of(ValueField::number), number_text(value), wire);
    case Kind::character:
      wire::put_tag(number_of(ValueField::character), wire::varint, wire);
      return wire::put_varint(edn::decode_utf8(value.text()), wire);
    case Kind::string:
      return wire::put_bytes(number_of(ValueField::string), value.text(), wire);
    case Kind::keyword:
      return wire::put_bytes(number_of(ValueField::keyword), value.text(), wire);
    case Kind::symbol:
      return wire::put_bytes(number_of(ValueField::symbol), value.text(), wire);
    case Kind::inst:
      return put_inst(value, wire);
    case Kind::uuid:
      return wire::put_bytes(number_of(ValueField::uuid), value.text(), wire);
    case Kind::list:
      return put_message(number_of(ValueField::list), wire, [&] { put_items(value, wire); });
    case Kind::vector:
      return put_message(number_of(ValueField::vector), wire, [&] { put_items(value, wire); });
    case Kind::set:
      return put_message(number_of(ValueField::set), wire, [&] { put_items(value, wire); });
    case Kind::map:
      return put_message(number_of(ValueField::map), wire,
                         [&] { put_entries(value, schema::map_entries, wire); });
    case Kind::tagged:
      return put_message(number_of(ValueField::tagged), wire, [&] {
        wire::put_bytes(schema::tagged_tag, value.text(), wire);
        put_message(schema::tagged_value, wire, [&] { encode_value(value.tagged_value(), wire); });
      });
  }
}

Status encode_record(View record, std::string& wire) {
  if (record.kind() != Kind::map) return not_a_map(record);
  uint32_t last_typed = 0;
  bool typed_part = true;
  for (auto at = record.begin(); at != record.end(); ++at) {
    const View key = *at;
    const View value = *++at;
    const uint32_t typed = typed_part ? typed_field(key, value) : 0;
    // Typed keys are decoded first and in field order, so only a head of the map in that order
    // may use them.
    typed_part = typed > last_typed;
    if (typed_part) {
      last_typed = typed;
      put_typed(typed, value, wire);
    } else {
      put_message(schema::record_fields, wire, [&] { put_field(key, value, wire); });
    }
  }
  return ok_status();
}

}  // namespace clogs::record
