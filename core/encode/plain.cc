#include "core/encode/plain.h"

#include <cstring>

#include "core/base/instant.h"
#include "core/edn/token.h"
#include "core/edn/utf8.h"
#include "core/record/proto_checks.h"
#include "core/record/proto_schema.h"
#include "core/record/record.h"
#include "core/record/wire.h"

namespace clogs::encode {
namespace {

namespace schema = record::schema;
namespace wire = record::wire;
using schema::ValueField;

constexpr unsigned char tag(unsigned field, wire::Type type) {
  return static_cast<unsigned char>(field << 3 | type);
}
constexpr unsigned char tag(ValueField field, wire::Type type) {
  return tag(static_cast<unsigned>(field), type);
}

constexpr unsigned char timestamp_tag = tag(schema::record_timestamp, wire::fixed64);
constexpr unsigned char fields_tag_low = 0x82;  // Record.fields is number 16: two bytes
constexpr unsigned char fields_tag_high = 0x01;
constexpr unsigned char key_tag = tag(schema::field_key, wire::bytes);
constexpr unsigned char value_tag = tag(schema::field_value, wire::bytes);
constexpr unsigned char element_tag = tag(schema::items_items, wire::bytes);
constexpr char map_tag = static_cast<char>(tag(ValueField::map, wire::bytes));
constexpr size_t fixed64_value_bytes = 9;

uint64_t load(const char* at, size_t bytes) {
  uint64_t value = 0;
  std::memcpy(&value, at, bytes);
  return value;
}

bool is_ascii(std::string_view text) {
  constexpr uint64_t high_bits = 0x8080808080808080;
  const char* at = text.data();
  size_t left = text.size();
  uint64_t all = 0;
  for (; left >= 8; left -= 8, at += 8) all |= load(at, 8);
  if (left >= 4) {
    all |= load(at, 4) | load(at + left - 4, 4);
  } else if (left > 0) {
    all |= static_cast<uint8_t>(at[0]) | static_cast<uint8_t>(at[left / 2]) |
           static_cast<uint8_t>(at[left - 1]);
  }
  return (all & high_bits) == 0;
}

bool is_utf8(std::string_view text) {
  return is_ascii(text) || edn::valid_utf8_prefix(text) == text.size();
}

// Of a key; equal for equal keys.
uint64_t fingerprint(std::string_view name) {
  constexpr uint64_t spread = 0x9E3779B97F4A7C15;
  const size_t size = name.size();
  uint64_t head = 0;
  uint64_t tail = 0;
  if (size >= 8) {
    head = load(name.data(), 8);
    tail = load(name.data() + size - 8, 8);
  } else if (size >= 4) {
    head = load(name.data(), 4);
    tail = load(name.data() + size - 4, 4);
  } else if (size > 0) {
    head = static_cast<uint8_t>(name[0]) | static_cast<uint64_t>(name[size / 2]) << 8;
    tail = static_cast<uint8_t>(name[size - 1]);
  }
  return (head * spread ^ tail) * spread + size;
}

// Letters, digits and what joins them: a keyword's name without more ado.
bool is_plain_name(std::string_view name) {
  if (name.empty()) return false;
  const auto first = static_cast<unsigned char>(name[0]);
  if (first != '_' && static_cast<unsigned char>((first | 0x20) - 'a') > 'z' - 'a') return false;
  unsigned classes = 0;
  for (char c : name) classes |= edn::byte_classes[static_cast<uint8_t>(c)];
  return (classes & ~unsigned{edn::byte_digit}) == 0;
}

bool is_keyword(std::string_view name) {
  return is_plain_name(name) || (is_utf8(name) && edn::is_keyword_name(name));
}

// Goes over the byte `tag`, if it is the next one.
bool take(const char*& at, const char* end, unsigned char tag) {
  if (at == end || static_cast<unsigned char>(*at) != tag) return false;
  ++at;
  return true;
}

// A length and the bytes that it counts.
bool read_bytes(const char*& at, const char* end, std::string_view& bytes) {
  size_t length = 0;
  // Four bytes hold every length of a record that is not looked at more closely for its size.
  for (unsigned shift = 0; shift < 28; shift += 7) {
    if (at == end) return false;
    const auto byte = static_cast<unsigned char>(*at++);
    length |= size_t{byte & 0x7Fu} << shift;
    if (byte >= 0x80) continue;
    if (length > static_cast<size_t>(end - at)) return false;
    bytes = {at, length};
    at += length;
    return true;
  }
  return false;
}

}  // namespace

bool PlainCheck::record(std::string_view bytes) {
  if (bytes.empty()) return false;
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  while (at != end) {
    const auto first = static_cast<unsigned char>(*at++);
    std::string_view content;
    if (first == fields_tag_low) {
      if (!take(at, end, fields_tag_high)) return false;
      if (!read_bytes(at, end, content)) return false;
      if (!field(content.data(), content.data() + content.size(), 1)) return false;
      continue;
    }
    const unsigned number = first >> 3;
    if (number == 0 || number > schema::typed_keys.size() || (seen_ >> number & 1) != 0) {
      return false;
    }
    seen_ |= 1u << number;
    if (first == timestamp_tag) {
      if (end - at < 8) return false;
      uint64_t nanos = 0;
      for (unsigned i = 0; i < 8; ++i) nanos |= uint64_t{static_cast<uint8_t>(at[i])} << (8 * i);
      if (nanos > static_cast<uint64_t>(record::max_timestamp_nanos)) return false;
      at += 8;
      ++keys_;
      continue;
    }
    if (number == schema::record_timestamp || (first & 7) != wire::bytes) return false;
    if (!read_bytes(at, end, content) || !typed(number, content)) return false;
  }
  return keys_ <= limits_.max_keys;
}

bool PlainCheck::typed(unsigned number, std::string_view text) {
  ++keys_;
  return (censored_typed_ >> number & 1) == 0 && is_utf8(text) &&
         !(redactor_.has_detectors() && redactor_.finds(text));
}

bool PlainCheck::field(const char* at, const char* end, size_t depth) {
  std::string_view name;
  std::string_view content;
  if (!take(at, end, key_tag) || !read_bytes(at, end, name)) return false;
  if (!take(at, end, value_tag) || !read_bytes(at, end, content) || at != end) return false;
  // Every record of an exception has this known key, and needs no closer look where it is a map.
  const bool known_fits = name == "exception" && content.starts_with(map_tag);
  return key(name, depth, known_fits) &&
         value(content.data(), content.data() + content.size(), depth);
}

bool PlainCheck::key(std::string_view name, size_t depth, bool known_fits) {
  if (!is_keyword(name) || redactor_.censors_key(name)) return false;
  if (depth == 1 && ((record::is_known_key(name) && !known_fits) ||
                     (redactor_.has_paths() && redactor_.path_begins(name)))) {
    return false;
  }
  if (used_ == prints_max || ++keys_ > limits_.max_keys) return false;
  const uint64_t print = fingerprint(name);
  bool twice = false;
  for (size_t i = base_; i < used_; ++i) twice |= prints_[i] == print;
  prints_[used_++] = print;
  return !twice;
}

// `depth` is that of the collection around the value.
bool PlainCheck::value(const char* at, const char* end, size_t depth) {
  if (at == end) return true;
  const auto first = static_cast<unsigned char>(*at++);
  switch (first) {
    case tag(ValueField::boolean, wire::varint):
    case tag(ValueField::integer, wire::varint): {
      uint64_t ignored = 0;
      wire::Walker walker({at, static_cast<size_t>(end - at)});
      return walker.read_varint(ignored) && walker.done();
    }
    case tag(ValueField::floating, wire::fixed64):
    case tag(ValueField::inst_nanos, wire::fixed64):
      return static_cast<size_t>(end - at) == fixed64_value_bytes - 1;
    default:
      break;
  }
  std::string_view content;
  if ((first & 7) != wire::bytes || first >= 0x80) return false;
  if (!read_bytes(at, end, content) || at != end) return false;
  switch (first) {
    case tag(ValueField::list, wire::bytes):
    case tag(ValueField::vector, wire::bytes):
      return elements(content, depth + 1, false);
    case tag(ValueField::map, wire::bytes): {
      const size_t outer = base_;
      base_ = used_;
      const bool plain = elements(content, depth + 1, true);
      used_ = base_;
      base_ = outer;
      return plain;
    }
    default:
      return text_value(first, content);
  }
}

bool PlainCheck::text_value(unsigned char first, std::string_view text) const {
  switch (first) {
    case tag(ValueField::string, wire::bytes):
      return is_utf8(text) && !(redactor_.has_detectors() && redactor_.finds(text));
    case tag(ValueField::keyword, wire::bytes):
      return is_keyword(text);
    case tag(ValueField::number, wire::bytes): {
      edn::Number number;
      return record::read_wire_number(text, number);
    }
    case tag(ValueField::inst, wire::bytes):
      return is_ascii(text) && parse_inst(text).ok();
    case tag(ValueField::uuid, wire::bytes):
      return record::is_uuid(text);
    default:
      return false;
  }
}

bool PlainCheck::elements(std::string_view bytes, size_t depth, bool map) {
  if (depth > limits_.max_depth) return false;
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  while (at != end) {
    std::string_view element;
    if (!take(at, end, element_tag) || !read_bytes(at, end, element)) return false;
    const char* begin = element.data();
    const char* stop = begin + element.size();
    if (!(map ? field(begin, stop, depth) : value(begin, stop, depth))) return false;
  }
  return true;
}

}  // namespace clogs::encode
