// One JSON object, or an array of objects. An array is cut into its elements first, so that the
// memory for parsing is that of one record, whatever the body.
#include <string_view>

#include "core/edn/scan.h"
#include "server/ingest/formats.h"
#include "server/ingest/sniff.h"

namespace clogs::ingest {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

const char* skip_space(const char* at, const char* end) {
  while (at != end && is_space(*at)) ++at;
  return at;
}

// Behind the closing quote; `at` stands behind the opening one. `end` if there is none.
const char* skip_string(const char* at, const char* end) {
  while ((at = edn::find_quote_or_backslash(at, end)) != end) {
    if (*at == '"') return at + 1;
    if (end - at < 2) return end;
    at += 2;
  }
  return end;
}

// Behind the array element that begins at `at`: the comma or bracket that ends it. Looks only at
// strings and brackets; whether the element is JSON is the reader's to say.
const char* skip_element(const char* at, const char* end) {
  size_t open = 0;
  while (at != end) {
    switch (*at) {
      case '"':
        at = skip_string(at + 1, end);
        continue;
      case '{':
      case '[':
        ++open;
        break;
      case '}':
      case ']':
        if (open == 0) return at;
        --open;
        break;
      case ',':
        if (open == 0) return at;
        break;
      default:
        break;
    }
    ++at;
  }
  return end;
}

class ArrayReader {
 public:
  ArrayReader(std::string_view body, Scratch& scratch, Collector& collector)
      : body_(body), scratch_(scratch), collector_(collector) {}

  // `at` stands behind the opening bracket.
  Status read(const char* at) {
    const char* const end = body_.data() + body_.size();
    at = skip_space(at, end);
    if (at != end && *at == ']') return read_rest(at + 1, end);
    while (true) {
      const char* stop = skip_element(at, end);
      CLOGS_RETURN_IF_ERROR(read_element({at, static_cast<size_t>(stop - at)}));
      if (stop == end) return failure(stop, "the array does not end", ", or ]");
      if (*stop == ']') return read_rest(stop + 1, end);
      if (*stop != ',') return failure(stop, "an unmatched bracket in an array", ", or ]");
      at = skip_space(stop + 1, end);
    }
  }

 private:
  Status read_element(std::string_view element) {
    const Status size = collector_.check_source_bytes(element.size());
    if (!size.ok()) {
      collector_.reject(size);
      return ok_status();
    }
    scratch_.tape.clear();
    const Status read = scratch_.json.read(element, scratch_.tape);
    if (!read.ok()) return moved_to(read, position_at(element.data()));
    collector_.add(scratch_.tape.root());
    return ok_status();
  }

  Status read_rest(const char* at, const char* end) {
    at = skip_space(at, end);
    if (at == end) return ok_status();
    return failure(at, "text behind the array", "the end of the body");
  }

  edn::Position position_at(const char* at) const {
    return edn::position_of(body_, static_cast<size_t>(at - body_.data()));
  }

  Status failure(const char* at, std::string problem, std::string expected) const {
    const bool last = at == body_.data() + body_.size();
    return edn::ReadError{position_at(at), std::move(problem),
                          last ? "end of text" : std::string(at, 1), std::move(expected)}
        .status();
  }

  std::string_view body_;
  Scratch& scratch_;
  Collector& collector_;
};

}  // namespace

Status read_json(std::string_view body, Scratch& scratch, Collector& collector, Shape& shape) {
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  const char* const end = body.data() + body.size();
  const char* at = skip_space(body.data(), end);
  if (at != end && *at == '[') return ArrayReader(body, scratch, collector).read(at + 1);
  shape.single = true;
  const Status size = collector.check_source_bytes(body.size());
  if (!size.ok()) {
    collector.reject(size);
    return ok_status();
  }
  scratch.tape.clear();
  CLOGS_RETURN_IF_ERROR(scratch.json.read(body, scratch.tape));
  collector.add(scratch.tape.root());
  return ok_status();
}

}  // namespace clogs::ingest
