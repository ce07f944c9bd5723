// Newline-delimited JSON: each line stands alone.
#include <cstring>
#include <string_view>

#include "server/ingest/formats.h"
#include "server/ingest/sniff.h"

namespace clogs::ingest {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

Status read_ndjson(std::string_view body, Scratch& scratch, Collector& collector, Shape& shape) {
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  const uint64_t first = collector.seen();
  const char* at = body.data();
  const char* const end = at + body.size();
  for (size_t line_number = 1; at != end; ++line_number) {
    const void* found = std::memchr(at, '\n', static_cast<size_t>(end - at));
    const char* stop = found == nullptr ? end : static_cast<const char*>(found);
    const std::string_view line(at, static_cast<size_t>(stop - at));
    at = stop == end ? end : stop + 1;
    if (is_blank(line)) continue;
    scratch.tape.clear();
    Status read = collector.check_source_bytes(line.size());
    if (read.ok()) {
      read = scratch.json.read(line, scratch.tape);
      if (!read.ok() && collector.describes()) {
        read = moved_to(read, {.offset = 0, .line = line_number, .column = 1});
      }
    }
    if (read.ok()) {
      collector.add(scratch.tape.root());
    } else {
      collector.reject(read);
    }
  }
  shape.single = collector.seen() - first == 1;
  return ok_status();
}

}  // namespace clogs::ingest
