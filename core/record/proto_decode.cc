// clogs.v1.Record and clogs.v1.Value from their wire bytes.
#include <array>
#include <bit>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/instant.h"
#include "core/edn/equal.h"
#include "core/edn/escape.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"
#include "core/edn/token.h"
#include "core/edn/utf8.h"
#include "core/record/limits.h"
#include "core/record/proto_checks.h"
#include "core/record/proto_codec.h"
#include "core/record/proto_schema.h"
#include "core/record/refusal.h"
#include "core/record/wire.h"

namespace clogs::record {
namespace {

using edn::Kind;
using schema::ValueField;

// A record's own map is depth 1.
class Decoder {
 public:
  Decoder(edn::Tape& tape, size_t max_depth) : tape_(tape), max_depth_(max_depth) {}

  Status status() const { return error_; }

  bool record(std::string_view bytes, edn::View common);
  bool fields(std::span<const std::string_view> fields);
  bool value(std::string_view bytes, size_t depth);

 private:
  bool fail(std::string_view code, const std::string& sentence) {
    error_ = plain_refusal(code, sentence);
    return false;
  }
  bool malformed(std::string_view where) {
    return fail("bad-protobuf", "the bytes of " + std::string(where) + " are not protobuf");
  }
  bool wrong_wire_type(std::string_view where, wire::Tag tag) {
    return fail("bad-protobuf", "field " + std::to_string(tag.field) + " of " + std::string(where) +
                                    " has wire type " + std::to_string(tag.type) +
                                    ", which the schema does not allow");
  }
  bool bad_value(std::string_view field, std::string_view text, std::string_view problem) {
    return fail("bad-value", std::string(field) + " \"" + std::string(text.substr(0, 64)) + "\" " +
                                 std::string(problem));
  }
  bool utf8(std::string_view text, std::string_view where) {
    if (edn::is_valid_utf8(text)) return true;
    return fail("bad-utf8", "the text of " + std::string(where) + " is not UTF-8");
  }
  bool enter(size_t depth) {
    if (depth <= max_depth_) return true;
    error_ = over_limit(
        "too-deep", "the record is nested deeper than " + std::to_string(max_depth_) + " levels",
        depth, max_depth_);
    return false;
  }

  struct Typed {
    bool has_time = false;
    int64_t time = 0;
    std::array<std::string_view, schema::typed_keys.size()> text;
  };
  bool typed_keys(wire::Walker& walker, Typed& typed, const char*& first_field);
  size_t put_typed(const Typed& typed);
  bool record_fields(const char* at, const char* end, size_t& entries);
  size_t put_common(edn::View common, size_t opened);
  bool field(std::string_view bytes, size_t depth);
  bool key(std::string_view name);
  bool distinct(size_t opened);
  bool scalar(ValueField kind, uint64_t bits);
  bool text_value(ValueField kind, std::string_view text);
  bool number(std::string_view text);
  bool items(Kind kind, std::string_view bytes, size_t depth);
  bool map(std::string_view bytes, size_t depth);
  bool tagged(std::string_view bytes, size_t depth);
  bool one_value(ValueField kind, wire::Tag tag, wire::Walker& walker, size_t depth);

  edn::Tape& tape_;
  size_t max_depth_;
  Status error_;
};

// Text of the typed keys, and where the first of `fields` stands.
bool Decoder::typed_keys(wire::Walker& walker, Typed& typed, const char*& first_field) {
  std::array<bool, schema::typed_keys.size()> seen{};
  wire::Tag tag;
  while (!walker.done()) {
    const char* start = walker.at();
    if (!walker.read_tag(tag)) return malformed("a Record");
    if (tag.field == schema::record_fields) {
      if (tag.type != wire::bytes) return wrong_wire_type("Record", tag);
      if (first_field == nullptr) first_field = start;
      if (!walker.skip(tag)) return malformed("a Record");
      continue;
    }
    if (tag.field > schema::typed_keys.size()) {
      if (!walker.skip(tag)) return malformed("a Record");
      continue;
    }
    const size_t slot = tag.field - 1;
    const std::string_view name = schema::typed_keys[slot];
    if (std::exchange(seen[slot], true)) {
      return fail("duplicate-key", "the key :" + std::string(name) + " is there twice");
    }
    if (tag.field == schema::record_timestamp) {
      uint64_t bits = 0;
      if (tag.type != wire::fixed64) return wrong_wire_type("Record", tag);
      if (!walker.read_fixed64(bits)) return malformed("a Record");
      typed.has_time = true;
      typed.time = static_cast<int64_t>(bits);
      continue;
    }
    if (tag.type != wire::bytes) return wrong_wire_type("Record", tag);
    if (!walker.read_bytes(typed.text[slot])) return malformed("a Record");
    // An empty text must stay apart from an absent one.
    if (typed.text[slot].data() == nullptr) typed.text[slot] = "";
    if (!utf8(typed.text[slot], name)) return false;
  }
  return true;
}

size_t Decoder::put_typed(const Typed& typed) {
  size_t entries = 0;
  if (typed.has_time) {
    tape_.atom(Kind::keyword, schema::typed_keys[0]);
    tape_.inst(typed.time);
    ++entries;
  }
  for (size_t slot = 1; slot < typed.text.size(); ++slot) {
    if (typed.text[slot].data() == nullptr) continue;
    tape_.atom(Kind::keyword, schema::typed_keys[slot]);
    tape_.atom(Kind::string, typed.text[slot]);
    ++entries;
  }
  return entries;
}

bool Decoder::record_fields(const char* at, const char* end, size_t& entries) {
  wire::Walker walker({at, static_cast<size_t>(end - at)});
  wire::Tag tag;
  std::string_view bytes;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("a Record");
    if (tag.field != schema::record_fields) {
      if (!walker.skip(tag)) return malformed("a Record");
      continue;
    }
    if (!walker.read_bytes(bytes)) return malformed("a Record");
    if (!field(bytes, 1)) return false;
    ++entries;
  }
  return true;
}

// The entries of `common` whose keys the record does not have.
size_t Decoder::put_common(edn::View common, size_t opened) {
  size_t added = 0;
  const size_t own_end = tape_.size();
  for (auto at = common.begin(); at != common.end(); ++at) {
    const edn::View key = *at;
    const edn::View value = *++at;
    bool has = false;
    for (size_t own = opened + 1; own < own_end && !has;) {
      const edn::View own_key = tape_.at(own);
      has = own_key.is(key.kind()) && edn::equal(own_key, key);
      const edn::Node* after = edn::View(own_key.next()).next();
      own = static_cast<size_t>(after - tape_.root().node());
    }
    if (has) continue;
    tape_.copy(key);
    tape_.copy(value);
    ++added;
  }
  return added;
}

bool Decoder::distinct(size_t opened) {
  const edn::View twice = edn::find_duplicate(tape_.at(opened));
  if (!twice) return true;
  const bool map = tape_.at(opened).is(Kind::map);
  return fail(map ? "duplicate-key" : "duplicate-element",
              (map ? "the key " : "the set's element ") + shown(twice) + " is there twice");
}

bool Decoder::record(std::string_view bytes, edn::View common) {
  Typed typed;
  const char* first_field = nullptr;
  wire::Walker walker(bytes);
  if (!typed_keys(walker, typed, first_field)) return false;
  const size_t opened = tape_.open(Kind::map);
  size_t entries = put_typed(typed);
  if (first_field != nullptr && !record_fields(first_field, bytes.data() + bytes.size(), entries)) {
    return false;
  }
  if (common) entries += put_common(common, opened);
  tape_.close(opened, entries);
  return distinct(opened);
}

bool Decoder::fields(std::span<const std::string_view> fields) {
  const size_t opened = tape_.open(Kind::map);
  for (std::string_view bytes : fields) {
    if (!field(bytes, 1)) return false;
  }
  tape_.close(opened, fields.size());
  return distinct(opened);
}

bool Decoder::key(std::string_view name) {
  if (!utf8(name, "a key")) return false;
  if (!edn::is_keyword_name(name)) return bad_value("the key", name, "is not a keyword's name");
  tape_.atom(Kind::keyword, name);
  return true;
}

// The key stands before its value on the tape, whatever their order on the wire.
bool Decoder::field(std::string_view bytes, size_t depth) {
  std::array<std::string_view, schema::field_value> parts;
  wire::Walker walker(bytes);
  wire::Tag tag;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("a Field");
    if (tag.field > parts.size()) {
      if (!walker.skip(tag)) return malformed("a Field");
      continue;
    }
    if (tag.type != wire::bytes) return wrong_wire_type("Field", tag);
    std::string_view& part = parts[tag.field - 1];
    if (part.data() != nullptr) {
      return fail("bad-protobuf", "a Field has its field " + std::to_string(tag.field) + " twice");
    }
    if (!walker.read_bytes(part)) return malformed("a Field");
  }
  const std::string_view name = parts[schema::field_key - 1];
  const std::string_view other = parts[schema::field_other_key - 1];
  if ((name.data() == nullptr) == (other.data() == nullptr)) {
    return fail("bad-protobuf", "a Field needs one of key and other_key");
  }
  if (name.data() != nullptr ? !key(name) : !value(other, depth)) return false;
  return value(parts[schema::field_value - 1], depth);
}

// `depth` is that of the collection around the value; no bytes at all are nil.
bool Decoder::value(std::string_view bytes, size_t depth) {
  wire::Walker walker(bytes);
  wire::Tag tag;
  bool found = false;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("a Value");
    if (tag.field > schema::last_value_field) {
      if (!walker.skip(tag)) return malformed("a Value");
      continue;
    }
    if (std::exchange(found, true)) return fail("bad-protobuf", "a Value has more than one kind");
    if (!one_value(static_cast<ValueField>(tag.field), tag, walker, depth)) return false;
  }
  if (!found) tape_.nil();
  return true;
}

bool Decoder::one_value(ValueField kind, wire::Tag tag, wire::Walker& walker, size_t depth) {
  const wire::Type type = schema::wire_type_of(kind);
  if (tag.type != type) return wrong_wire_type("Value", tag);
  uint64_t bits = 0;
  if (type == wire::varint) {
    return walker.read_varint(bits) ? scalar(kind, bits) : malformed("a Value");
  }
  if (type == wire::fixed64) {
    return walker.read_fixed64(bits) ? scalar(kind, bits) : malformed("a Value");
  }
  std::string_view bytes;
  if (!walker.read_bytes(bytes)) return malformed("a Value");
  switch (kind) {
    case ValueField::list:
      return items(Kind::list, bytes, depth + 1);
    case ValueField::vector:
      return items(Kind::vector, bytes, depth + 1);
    case ValueField::set:
      return items(Kind::set, bytes, depth + 1);
    case ValueField::map:
      return map(bytes, depth + 1);
    case ValueField::tagged:
      return tagged(bytes, depth + 1);
    default:
      return text_value(kind, bytes);
  }
}

bool Decoder::scalar(ValueField kind, uint64_t bits) {
  switch (kind) {
    case ValueField::boolean:
      tape_.boolean(bits != 0);
      return true;
    case ValueField::integer:
      tape_.integer(wire::zigzag(bits));
      return true;
    case ValueField::floating:
      tape_.floating(std::bit_cast<double>(bits));
      return true;
    case ValueField::inst_nanos:
      tape_.inst(static_cast<int64_t>(bits));
      return true;
    default:
      break;
  }
  constexpr uint64_t last_code_point = 0x10FFFF;
  if (bits > last_code_point || (bits >= 0xD800 && bits <= 0xDFFF)) {
    return bad_value("the character", std::to_string(bits), "is not a Unicode code point");
  }
  char* out = tape_.reserve(4);
  const char* end = edn::encode_utf8(static_cast<uint32_t>(bits), out);
  tape_.atom(Kind::character, tape_.commit(static_cast<size_t>(end - out)));
  return true;
}

bool Decoder::text_value(ValueField kind, std::string_view text) {
  if (!utf8(text, "a value")) return false;
  switch (kind) {
    case ValueField::string:
      tape_.atom(Kind::string, text);
      return true;
    case ValueField::keyword:
      if (!edn::is_keyword_name(text)) {
        return bad_value("the keyword", text, "is not a keyword's name");
      }
      tape_.atom(Kind::keyword, text);
      return true;
    case ValueField::symbol:
      if (!reads_as_symbol(text)) {
        return bad_value("the symbol", text, "is not a symbol's name");
      }
      tape_.atom(Kind::symbol, text);
      return true;
    case ValueField::number:
      return number(text);
    case ValueField::inst:
      if (!parse_inst(text).ok()) return bad_value("the inst", text, "is not a date and time");
      tape_.atom(Kind::inst, text);
      return true;
    default:
      if (!is_uuid(text)) return bad_value("the uuid", text, "is not a UUID");
      tape_.atom(Kind::uuid, text);
      return true;
  }
}

bool Decoder::number(std::string_view text) {
  edn::Number number;
  if (!read_wire_number(text, number)) {
    return bad_value("the number", text, "is not a number in EDN");
  }
  tape_.atom(number.kind, number.text);
  return true;
}

bool Decoder::items(Kind kind, std::string_view bytes, size_t depth) {
  if (!enter(depth)) return false;
  const size_t opened = tape_.open(kind);
  size_t count = 0;
  wire::Walker walker(bytes);
  wire::Tag tag;
  std::string_view item;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("Items");
    if (tag.field != schema::items_items) {
      if (!walker.skip(tag)) return malformed("Items");
      continue;
    }
    if (tag.type != wire::bytes) return wrong_wire_type("Items", tag);
    if (!walker.read_bytes(item)) return malformed("Items");
    if (!value(item, depth)) return false;
    ++count;
  }
  tape_.close(opened, count);
  return kind != Kind::set || distinct(opened);
}

bool Decoder::map(std::string_view bytes, size_t depth) {
  if (!enter(depth)) return false;
  const size_t opened = tape_.open(Kind::map);
  size_t count = 0;
  wire::Walker walker(bytes);
  wire::Tag tag;
  std::string_view entry;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("a Map");
    if (tag.field != schema::map_entries) {
      if (!walker.skip(tag)) return malformed("a Map");
      continue;
    }
    if (tag.type != wire::bytes) return wrong_wire_type("Map", tag);
    if (!walker.read_bytes(entry)) return malformed("a Map");
    if (!field(entry, depth)) return false;
    ++count;
  }
  tape_.close(opened, count);
  return distinct(opened);
}

bool Decoder::tagged(std::string_view bytes, size_t depth) {
  if (!enter(depth)) return false;
  std::string_view tag_text;
  std::string_view inner;
  wire::Walker walker(bytes);
  wire::Tag tag;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("a Tagged");
    if (tag.field > schema::tagged_value) {
      if (!walker.skip(tag)) return malformed("a Tagged");
      continue;
    }
    if (tag.type != wire::bytes) return wrong_wire_type("Tagged", tag);
    std::string_view& part = tag.field == schema::tagged_tag ? tag_text : inner;
    if (part.data() != nullptr) return fail("bad-protobuf", "a Tagged has a field twice");
    if (!walker.read_bytes(part)) return malformed("a Tagged");
  }
  if (!utf8(tag_text, "a tag")) return false;
  if (!is_tag(tag_text)) return bad_value("the tag", tag_text, "cannot stand behind # in EDN");
  tape_.tag(tag_text);
  return value(inner, depth);
}

}  // namespace

Status decode_record(std::string_view wire, edn::Tape& tape, edn::View common) {
  Decoder decoder(tape, Limits{}.max_depth);
  const size_t before = tape.size();
  if (!decoder.record(wire, common)) tape.truncate(before);
  return decoder.status();
}

Status decode_value(std::string_view wire, edn::Tape& tape, size_t max_depth) {
  Decoder decoder(tape, max_depth);
  const size_t before = tape.size();
  if (!decoder.value(wire, 0)) tape.truncate(before);
  return decoder.status();
}

Status decode_fields(std::span<const std::string_view> fields, edn::Tape& tape) {
  Decoder decoder(tape, Limits{}.max_depth);
  const size_t before = tape.size();
  if (!decoder.fields(fields)) tape.truncate(before);
  return decoder.status();
}

}  // namespace clogs::record
