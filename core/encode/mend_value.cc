// Values of a record that is written anew.
#include <algorithm>
#include <string>
#include <utility>

#include "core/base/instant.h"
#include "core/edn/token.h"
#include "core/edn/utf8.h"
#include "core/encode/mender.h"
#include "core/encode/message.h"
#include "core/record/proto_checks.h"

namespace clogs::encode {
namespace {

namespace schema = record::schema;
namespace wire = record::wire;
using schema::ValueField;

constexpr std::string_view too_deep = "[too deep]";
constexpr std::string_view cut_mark = "...[shortened]";
// What a key or a value costs beside its text, and the text that is left of any, whatever the
// budget: both keep the sum of an overdrawn budget near to it.
constexpr size_t value_cost = 8;
constexpr size_t text_bytes_min = 256;

constexpr uint32_t number_of(ValueField kind) { return static_cast<uint32_t>(kind); }

void put_code_point(uint32_t code_point, std::string& out) {
  wire::put_tag(number_of(ValueField::character), wire::varint, out);
  wire::put_varint(code_point, out);
}

}  // namespace

std::string Mender::mended_text(std::string_view text) {
  std::string mended;
  if (edn::append_repaired_utf8(text, mended) > 0) ++counts_.repaired_text;
  if (in_key_ || !redactor_.has_detectors() || !redactor_.finds(mended)) return mended;
  std::string censored;
  counts_.redacted += redactor_.append_censored(mended, censored);
  // A censor word that is no UTF-8 must not spoil the record.
  if (edn::is_valid_utf8(censored)) return censored;
  std::string valid;
  edn::append_repaired_utf8(censored, valid);
  return valid;
}

// Behind mended_text(): a secret that is cut in two would not be found.
std::string Mender::shortened(std::string text) {
  const size_t left = budget_ - std::min(spent_, budget_);
  const size_t most = std::max(text_bytes_min, std::min(budget_ / 4, left));
  spent_ += value_cost + std::min(text.size(), most);
  if (text.size() <= most) return text;
  size_t end = most - cut_mark.size();
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  text.append(cut_mark);
  cut_ = true;
  return text;
}

void Mender::put_string(std::string_view text, std::string& out) {
  wire::put_bytes(number_of(ValueField::string), shortened(mended_text(text)), out);
}

void Mender::put_censor(std::string& out) {
  ++counts_.redacted;
  spent_ += value_cost + redactor_.censor().size();
  std::string censor;
  edn::append_repaired_utf8(redactor_.censor(), censor);
  wire::put_bytes(number_of(ValueField::string), censor, out);
}

// `depth` is that of the collection around the value; no bytes at all are nil.
bool Mender::value(std::string_view bytes, size_t depth, const Places& places, std::string& out) {
  wire::Walker walker(bytes);
  wire::Tag tag;
  bool found = false;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return false;
    if (tag.field > schema::last_value_field) {
      if (!walker.skip(tag)) return false;
      continue;
    }
    if (std::exchange(found, true)) return false;
    const auto kind = static_cast<ValueField>(tag.field);
    if (!one_value(kind, tag, walker, depth, places, out)) return false;
  }
  if (!found) spent_ += value_cost;
  return true;
}

bool Mender::one_value(ValueField kind, wire::Tag tag, wire::Walker& walker, size_t depth,
                       const Places& places, std::string& out) {
  const wire::Type type = schema::wire_type_of(kind);
  if (tag.type != type) return false;
  uint64_t bits = 0;
  if (type == wire::varint || type == wire::fixed64) {
    if (!(type == wire::varint ? walker.read_varint(bits) : walker.read_fixed64(bits))) {
      return false;
    }
    scalar(kind, bits, out);
    return true;
  }
  std::string_view bytes;
  if (!walker.read_bytes(bytes)) return false;
  const bool nests = static_cast<uint32_t>(kind) >= number_of(ValueField::list);
  if (!nests) {
    text_value(kind, bytes, out);
    return true;
  }
  if (depth + 1 > limits_.max_depth) {
    cut_ = true;
    put_string(too_deep, out);
    return true;
  }
  spent_ += value_cost;
  if (kind == ValueField::map) return map(bytes, depth + 1, places, out);
  if (kind == ValueField::tagged) return tagged(bytes, depth + 1, places, out);
  return items(kind, bytes, depth + 1, places, out);
}

void Mender::scalar(ValueField kind, uint64_t bits, std::string& out) {
  constexpr uint64_t last_code_point = 0x10FFFF;
  switch (kind) {
    case ValueField::boolean:
      wire::put_tag(number_of(kind), wire::varint, out);
      out.push_back(bits != 0 ? 1 : 0);
      break;
    case ValueField::integer:
      wire::put_tag(number_of(kind), wire::varint, out);
      wire::put_varint(bits, out);
      break;
    case ValueField::character:
      if (bits > last_code_point || (bits >= 0xD800 && bits <= 0xDFFF)) {
        return put_string("character " + std::to_string(bits), out);
      }
      put_code_point(static_cast<uint32_t>(bits), out);
      break;
    default:
      wire::put_fixed64(number_of(kind), bits, out);
      break;
  }
  spent_ += value_cost;
}

void Mender::text_value(ValueField kind, std::string_view text, std::string& out) {
  edn::Number number;
  bool legal = false;
  switch (kind) {
    case ValueField::keyword:
      legal = edn::is_valid_utf8(text) && edn::is_keyword_name(text);
      break;
    case ValueField::symbol:
      legal = edn::is_valid_utf8(text) && record::reads_as_symbol(text);
      break;
    case ValueField::number:
      legal = record::read_wire_number(text, number);
      break;
    case ValueField::inst:
      legal = edn::is_valid_utf8(text) && parse_inst(text).ok();
      break;
    case ValueField::uuid:
      legal = record::is_uuid(text);
      break;
    default:
      break;
  }
  // What is longer than the budget allows is cut, and is then only text.
  if (!legal || text.size() > std::max(text_bytes_min, budget_ / 4)) return put_string(text, out);
  spent_ += value_cost + text.size();
  wire::put_bytes(number_of(kind), text, out);
}

bool Mender::items(ValueField kind, std::string_view bytes, size_t depth, const Places& places,
                   std::string& out) {
  bool good = true;
  put_message(number_of(kind), out, [&] {
    Distinct distinct;
    Places below;
    std::string item;
    wire::Walker walker(bytes);
    wire::Tag tag;
    std::string_view content;
    for (size_t position = 0; good && !walker.done(); ++position) {
      good = walker.read_tag(tag);
      if (good && tag.field != schema::items_items) {
        good = walker.skip(tag);
        --position;
        continue;
      }
      good = good && tag.type == wire::bytes && walker.read_bytes(content);
      if (!good) return;
      if (full()) {
        leave_out();
        continue;
      }
      item.clear();
      if (!places.empty() && redactor_.step(places, std::to_string(position), below)) {
        put_censor(item);
      } else {
        good = value(content, depth, below, item);
      }
      if (good && kind == ValueField::set && !distinct.add_value(item)) {
        ++counts_.duplicate_fields;
        continue;
      }
      wire::put_bytes(schema::items_items, item, out);
    }
  });
  return good;
}

bool Mender::map(std::string_view bytes, size_t depth, const Places& places, std::string& out) {
  bool good = true;
  put_message(number_of(ValueField::map), out, [&] {
    Distinct distinct;
    wire::Walker walker(bytes);
    wire::Tag tag;
    std::string_view content;
    while (good && !walker.done()) {
      good = walker.read_tag(tag);
      if (good && tag.field != schema::map_entries) {
        good = walker.skip(tag);
        continue;
      }
      good = good && tag.type == wire::bytes && walker.read_bytes(content) &&
             field(schema::map_entries, content, depth, places, distinct, out);
    }
  });
  return good;
}

bool Mender::tagged(std::string_view bytes, size_t depth, const Places& places, std::string& out) {
  std::string_view name;
  std::string_view content;
  wire::Walker walker(bytes);
  wire::Tag tag;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return false;
    if (tag.field > schema::tagged_value) {
      if (!walker.skip(tag)) return false;
      continue;
    }
    std::string_view& part = tag.field == schema::tagged_tag ? name : content;
    if (tag.type != wire::bytes || part.data() != nullptr || !walker.read_bytes(part)) return false;
  }
  std::string inner;
  if (!value(content, depth, places, inner)) return false;
  if (edn::is_valid_utf8(name) && record::is_tag(name) &&
      name.size() <= std::max(text_bytes_min, budget_ / 4)) {
    spent_ += name.size();
    put_message(number_of(ValueField::tagged), out, [&] {
      wire::put_bytes(schema::tagged_tag, name, out);
      wire::put_bytes(schema::tagged_value, inner, out);
    });
    return true;
  }
  put_message(number_of(ValueField::vector), out, [&] {
    put_message(schema::items_items, out, [&] { put_string(name, out); });
    wire::put_bytes(schema::items_items, inner, out);
  });
  return true;
}

}  // namespace clogs::encode
