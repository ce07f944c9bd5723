#include "clogs/record_view.h"

#include <algorithm>

#include "core/edn/printer.h"
#include "core/edn/tape.h"
#include "core/record/proto_codec.h"
#include "core/record/proto_schema.h"
#include "core/record/wire.h"

namespace clogs {
namespace {

namespace schema = record::schema;
namespace wire = record::wire;

// The last bytes field of this number in a message; empty if it has none or is malformed.
std::optional<std::string_view> find_bytes(std::string_view message, uint32_t number) {
  wire::Walker walker(message);
  wire::Tag tag;
  std::optional<std::string_view> found;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return std::nullopt;
    if (tag.field != number || tag.type != wire::bytes) {
      if (!walker.skip(tag)) return std::nullopt;
      continue;
    }
    std::string_view content;
    if (!walker.read_bytes(content)) return std::nullopt;
    found = content;
  }
  return found;
}

}  // namespace

std::optional<std::string_view> RecordView::text(std::string_view key) const {
  const auto* const typed = std::find(schema::typed_keys.begin(), schema::typed_keys.end(), key);
  if (typed != schema::typed_keys.end()) {
    const auto number = static_cast<uint32_t>(typed - schema::typed_keys.begin()) + 1;
    if (const auto text = find_bytes(record_, number)) return text;
  }
  wire::Walker walker(record_);
  wire::Tag tag;
  while (!walker.done() && walker.read_tag(tag)) {
    std::string_view field;
    if (tag.field != schema::record_fields || tag.type != wire::bytes) {
      if (!walker.skip(tag)) break;
      continue;
    }
    if (!walker.read_bytes(field)) break;
    if (find_bytes(field, schema::field_key) != key) continue;
    const auto value = find_bytes(field, schema::field_value);
    if (!value) return std::nullopt;
    return find_bytes(*value, static_cast<uint32_t>(schema::ValueField::string));
  }
  return std::nullopt;
}

std::string RecordView::to_edn() const {
  edn::Tape tape;
  if (!record::decode_record(record_, tape).ok()) return {};
  return edn::print(tape.root());
}

}  // namespace clogs
