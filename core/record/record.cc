#include "core/record/record.h"

#include <string>
#include <string_view>

#include "core/record/id.h"
#include "core/record/refusal.h"

namespace clogs::record {
namespace {

using edn::Kind;
using edn::View;

enum class Known : uint8_t { no, timestamp, level, text, exception, tags, reserved };

constexpr std::string_view reserved_prefix = "clogs/";

// By length first: most keys of a record are not known ones and cost one comparison.
Known known_key(std::string_view name) {
  switch (name.size()) {
    case 4:
      if (name == "host") return Known::text;
      return name == "tags" ? Known::tags : Known::no;
    case 5:
      return name == "level" ? Known::level : Known::no;
    case 6:
      return name == "logger" || name == "thread" || name == "spanId" ? Known::text : Known::no;
    case 7:
      return name == "message" || name == "service" || name == "traceId" || name == "span-id" ||
                     name == "span_id"
                 ? Known::text
                 : (name.starts_with(reserved_prefix) ? Known::reserved : Known::no);
    case 8:
      if (name == "trace-id" || name == "trace_id") return Known::text;
      break;
    case 9:
      if (name == "timestamp") return Known::timestamp;
      if (name == "exception") return Known::exception;
      break;
    default:
      break;
  }
  return name.size() >= reserved_prefix.size() && name.starts_with(reserved_prefix)
             ? Known::reserved
             : Known::no;
}

Status wrong_type(std::string_view key, View value, std::string_view expected) {
  return refusal("wrong-type", key, value, "", expected);
}

Status check_level(std::string_view key, View value, Facts& facts) {
  facts.severity = severity_of(value);
  if (value.kind() == Kind::string || value.kind() == Kind::keyword) return ok_status();
  if (facts.severity != Severity::none) return ok_status();
  return wrong_type(key, value, "text, a keyword or an OTLP severity number from 1 to 24");
}

Status check_tags(std::string_view key, View value) {
  constexpr std::string_view expected = "a set or vector of text";
  if (value.kind() != Kind::set && value.kind() != Kind::vector) {
    return wrong_type(key, value, expected);
  }
  for (View tag : value) {
    if (tag.kind() != Kind::string) return wrong_type(key, value, expected);
  }
  return ok_status();
}

// The store's own keys, where a restore brings them back.
Status check_meta(std::string_view key, View value) {
  const std::string_view name = key.substr(reserved_prefix.size());
  if (name == "id") {
    if (value.kind() == Kind::string && Id::parse(value.text()).ok()) return ok_status();
    return wrong_type(key, value, "the 28 hex digits of a record id");
  }
  if (name == "received") {
    if (value.kind() == Kind::inst && timestamp_nanos(value).ok()) return ok_status();
    return wrong_type(key, value, "an #inst of 1970 to 2261");
  }
  if ((name == "tenant" || name == "stream") && value.kind() != Kind::string) {
    return wrong_type(key, value, "text");
  }
  return ok_status();
}

Status check_known(Known known, std::string_view key, View value, MetaKeys meta, Facts& facts) {
  if (known == Known::reserved && meta == MetaKeys::refuse) {
    return plain_refusal("reserved-key",
                         ":" + std::string(key.substr(0, 64)) +
                             " belongs to the store, a sender's record may not have it",
                         key.substr(0, 64));
  }
  if (value.kind() == Kind::nil) return ok_status();  // nil in a known key means absent
  switch (known) {
    case Known::timestamp: {
      CLOGS_ASSIGN_OR_RETURN(facts.timestamp_nanos, timestamp_nanos(value));
      return ok_status();
    }
    case Known::level:
      return check_level(key, value, facts);
    case Known::text:
      return value.kind() == Kind::string ? ok_status() : wrong_type(key, value, "text");
    case Known::exception:
      return value.kind() == Kind::map ? ok_status() : wrong_type(key, value, "a map");
    case Known::tags:
      return check_tags(key, value);
    case Known::reserved:
      return check_meta(key, value);
    case Known::no:
      break;
  }
  return ok_status();
}

// Counts the entries of every map below a value, and its depth.
class Measure {
 public:
  Measure(const Limits& limits, size_t keys) : limits_(limits), keys_(keys) {}

  // Nodes of the value are read once, in order. `depth` is that of the map that holds it.
  Status add(View value, size_t depth) {
    if (!edn::is_collection(value.kind())) {
      return value.kind() == Kind::tagged ? enter(value, depth + 1) : ok_status();
    }
    if (value.kind() == Kind::map) {
      keys_ += value.size();
      if (keys_ > limits_.max_keys) return too_many();
    }
    return enter(value, depth + 1);
  }

  Status too_many() const {
    return over_limit("too-many-keys",
                      "the record has more than " + std::to_string(limits_.max_keys) + " keys",
                      keys_, limits_.max_keys);
  }

 private:
  Status enter(View value, size_t depth) {
    if (depth > limits_.max_depth) {
      return over_limit(
          "too-deep",
          "the record is nested deeper than " + std::to_string(limits_.max_depth) + " levels",
          depth, limits_.max_depth);
    }
    if (value.kind() == Kind::tagged) return add(value.tagged_value(), depth);
    for (View element : value) {
      if (edn::is_collection(element.kind()) || element.kind() == Kind::tagged) {
        CLOGS_RETURN_IF_ERROR(add(element, depth));
      }
    }
    return ok_status();
  }

  const Limits& limits_;
  size_t keys_;
};

}  // namespace

Result<Facts> validate(View record, const Limits& limits, MetaKeys meta) {
  if (record.kind() != Kind::map) return not_a_map(record);
  if (record.size() == 0) return plain_refusal("empty-record", "the record is an empty map");
  Measure measure(limits, record.size());
  if (record.size() > limits.max_keys) return measure.too_many();
  Facts facts;
  for (auto at = record.begin(); at != record.end();) {
    const View key = *at;
    const View value = *++at;
    ++at;
    if (key.kind() == Kind::keyword || key.kind() == Kind::string) {
      const Known known = known_key(key.text());
      if (known != Known::no) {
        CLOGS_RETURN_IF_ERROR(check_known(known, key.text(), value, meta, facts));
      }
    } else {
      CLOGS_RETURN_IF_ERROR(measure.add(key, 1));
    }
    CLOGS_RETURN_IF_ERROR(measure.add(value, 1));
  }
  return facts;
}

bool is_known_key(std::string_view key) { return known_key(key) != Known::no; }

KeyFit key_fit(std::string_view key, View value) {
  const Known known = known_key(key);
  if (known == Known::no) return KeyFit::fits;
  if (known == Known::reserved) return KeyFit::reserved;
  Facts facts;
  return check_known(known, key, value, MetaKeys::refuse, facts).ok() ? KeyFit::fits
                                                                      : KeyFit::wrong_type;
}

Status check_line_bytes(size_t bytes, const Limits& limits) {
  if (bytes <= limits.max_bytes) return ok_status();
  return over_limit("record-too-large",
                    "the record is " + std::to_string(bytes) + " bytes of EDN, the limit is " +
                        std::to_string(limits.max_bytes),
                    bytes, limits.max_bytes);
}

}  // namespace clogs::record
