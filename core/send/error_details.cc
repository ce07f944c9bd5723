#include "core/send/error_details.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/edn/escape.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"
#include "core/edn/utf8.h"
#include "core/record/wire.h"

namespace clogs::send {
namespace {

using record::wire::Tag;
using record::wire::Walker;

// Of one answer; more is noise of a broken or hostile server.
constexpr size_t most_violations = 100;
constexpr size_t most_metadata = 100;
// A day: no server can ask for more, and it keeps the arithmetic in range.
constexpr int64_t most_retry_ms = 86'400'000;

// Calls `field(tag, bytes, number)` for each field of a message, stops at malformed bytes.
template <typename Field>
void each_field(std::string_view message, Field field) {
  Walker walker(message);
  Tag tag;
  while (!walker.done() && walker.read_tag(tag)) {
    std::string_view bytes;
    uint64_t number = 0;
    if (tag.type == record::wire::bytes) {
      if (!walker.read_bytes(bytes)) return;
    } else if (tag.type == record::wire::varint) {
      if (!walker.read_varint(number)) return;
    } else {
      if (!walker.skip(tag)) return;
      continue;
    }
    field(tag, bytes, number);
  }
}

struct Violation {
  std::string_view field;
  std::string_view description;
};

struct Parts {
  std::string_view reason;
  std::string_view domain;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  std::vector<Violation> violations;
  std::optional<int64_t> retry_ms;
};

void read_retry_info(std::string_view message, Parts& parts) {
  each_field(message, [&](Tag tag, std::string_view duration, uint64_t) {
    if (tag.field != 1) return;
    int64_t seconds = 0;
    int64_t nanos = 0;
    each_field(duration, [&](Tag part, std::string_view, uint64_t number) {
      if (part.field == 1) seconds = static_cast<int64_t>(number);
      if (part.field == 2) nanos = static_cast<int32_t>(number);
    });
    seconds = std::clamp<int64_t>(seconds, 0, most_retry_ms / 1000);
    nanos = std::clamp<int64_t>(nanos, 0, 999'999'999);
    parts.retry_ms = seconds * 1000 + nanos / 1'000'000;
  });
}

void read_bad_request(std::string_view message, Parts& parts) {
  each_field(message, [&](Tag tag, std::string_view bytes, uint64_t) {
    if (tag.field != 1 || parts.violations.size() == most_violations) return;
    Violation violation;
    each_field(bytes, [&](Tag part, std::string_view text, uint64_t) {
      if (part.field == 1) violation.field = text;
      if (part.field == 2) violation.description = text;
    });
    parts.violations.push_back(violation);
  });
}

void read_error_info(std::string_view message, Parts& parts) {
  each_field(message, [&](Tag tag, std::string_view bytes, uint64_t) {
    if (tag.field == 1) parts.reason = bytes;
    if (tag.field == 2) parts.domain = bytes;
    if (tag.field != 3 || parts.metadata.size() == most_metadata) return;
    std::pair<std::string_view, std::string_view> entry;
    each_field(bytes, [&](Tag part, std::string_view text, uint64_t) {
      if (part.field == 1) entry.first = text;
      if (part.field == 2) entry.second = text;
    });
    parts.metadata.push_back(entry);
  });
}

void read_any(std::string_view any, Parts& parts) {
  std::string_view type;
  std::string_view value;
  each_field(any, [&](Tag tag, std::string_view bytes, uint64_t) {
    if (tag.field == 1) type = bytes;
    if (tag.field == 2) value = bytes;
  });
  type.remove_prefix(std::min(type.size(), type.rfind('/') + 1));
  if (type == "google.rpc.RetryInfo") read_retry_info(value, parts);
  if (type == "google.rpc.BadRequest") read_bad_request(value, parts);
  if (type == "google.rpc.ErrorInfo") read_error_info(value, parts);
}

void append_text(std::string_view text, std::string& out) {
  std::string repaired;
  edn::append_repaired_utf8(text, repaired);
  edn::append_quoted(repaired, out);
}

void text_field(std::string_view key, std::string_view value, std::string& out) {
  out += key;
  out += ' ';
  append_text(value, out);
}

// The reason UNKNOWN_OPERATOR of domain clogs is :clogs/unknown-operator. Another text, which might
// not be a keyword, stays a string.
void append_code(const Parts& parts, std::string& out) {
  std::string name(parts.reason);
  for (char& c : name) {
    if (c == '_') c = '-';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  const bool plain = !name.empty() && name[0] >= 'a' && name[0] <= 'z' &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                     });
  if (plain && parts.domain == "clogs") {
    out += ":code :clogs/" + name;
  } else {
    text_field(":code", parts.reason, out);
  }
}

// A Clogs server prints values as EDN, cut where they are long; what does not read is a string.
void append_value(std::string_view value, bool from_clogs, std::string& out) {
  edn::Tape tape;
  if (from_clogs && edn::read_one(value, tape).ok()) {
    out += value;
  } else {
    append_text(value, out);
  }
}

bool is_keyword(std::string_view key) {
  edn::Tape tape;
  return edn::read_one(":" + std::string(key), tape).ok() && tape.root().is(edn::Kind::keyword) &&
         tape.root().text() == key;
}

std::string print(const Parts& parts) {
  std::string out;
  const auto next = [&] { out += out.empty() ? "{" : ", "; };
  if (!parts.reason.empty()) {
    next();
    append_code(parts, out);
  }
  if (!parts.violations.empty()) {
    next();
    out += ":violations [";
    for (const Violation& violation : parts.violations) {
      if (out.back() != '[') out += ' ';
      text_field("{:field", violation.field, out);
      text_field(", :description", violation.description, out);
      out += '}';
    }
    out += ']';
  }
  if (parts.retry_ms) {
    next();
    out += ":retry-delay-ms " + std::to_string(*parts.retry_ms);
  }
  std::vector<std::string_view> seen = {"code", "violations", "retry-delay-ms"};
  for (const auto& [key, value] : parts.metadata) {
    if (!is_keyword(key) || std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
    seen.push_back(key);
    next();
    out += ':';
    out += key;
    out += ' ';
    append_value(value, parts.domain == "clogs", out);
  }
  if (!out.empty()) out += '}';
  return out;
}

}  // namespace

ErrorDetails read_error_details(std::string_view status) {
  constexpr uint32_t details_field = 3;
  Parts parts;
  each_field(status, [&](Tag tag, std::string_view any, uint64_t) {
    if (tag.field == details_field) read_any(any, parts);
  });
  ErrorDetails details;
  details.edn = print(parts);
  if (parts.retry_ms) details.retry_delay = std::chrono::milliseconds(*parts.retry_ms);
  return details;
}

}  // namespace clogs::send
