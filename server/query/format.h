// Answers as text: the shapes that HTTP and the command line give (docs/query.md).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/query/engine.h"

namespace clogs::query {

enum class Format : uint8_t {
  edn,     // one map: {:success true :count .. :data [..] ..}
  json,    // the same as one object
  ndjson,  // a row a line and nothing else
  csv,     // RFC 4180 with a header row
  table,   // for terminals
};

// Takes a piece of the answer; a failure ends the query.
using Write = std::function<Status(std::string_view)>;

// A sink that writes the answer in pieces of about 64 KiB as rows come. What a streamed form cannot
// carry (totals of NDJSON and CSV) is in trailer() after end().
class Formatter : public RowSink {
 public:
  virtual const Trailer& trailer() const = 0;
};
std::unique_ptr<Formatter> make_formatter(Format format, Write write);

// The error answer of a failed query: {:success false :error .. :details ..}. EDN or JSON.
std::string format_error(const Status& status, Format format);

}  // namespace clogs::query
