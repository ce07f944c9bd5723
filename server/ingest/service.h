// Takes bodies in any accepted form, checks each record, and hands the good ones to the sink.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "core/record/limits.h"
#include "server/ingest/sink.h"

namespace clogs::ingest {

enum class Format : uint8_t {
  json,      // one object, or an array of objects
  ndjson,    // an object a line
  edn,       // a map, a vector of maps, or maps one after the other
  protobuf,  // wire bytes of clogs.v1.IngestRequest (stream and id come from within)
};

struct Request {
  std::string tenant = "default";
  std::string stream = "logs";
  std::optional<BatchId> id;
  Format format = Format::ndjson;
  std::string body;          // decompressed
  bool accept_meta = false;  // a restore: clogs/ keys are taken
};

struct Rejection {
  uint64_t index = 0;       // position among the body's records, from 0; blank lines do not count
  std::string error;        // one sentence; "record 3: ..." if the body is a batch
  std::string details_edn;  // the same as data, an EDN map
};

// Rejections that an answer describes; of more only the number is kept, so that a body of garbage
// does not make an answer larger than itself.
constexpr size_t max_described_rejections = 1000;

struct Outcome {
  uint64_t accepted = 0;
  std::vector<Rejection> rejected;  // the first max_described_rejections, by index
  uint64_t rejected_total = 0;      // all of them
  bool duplicate = false;
  bool single = false;  // the body was one record, not a batch
  // As in the request, or from within a protobuf body.
  std::optional<BatchId> id;
};

// With a failure nothing was stored: the body as a whole was unreadable (invalid_argument,
// beginning with bad_body_prefix, its details with :code :clogs/unreadable-body or
// :clogs/no-records and the position as :line and :column), or the sink refused it (its Status as
// it is). A body in which no record was good gives an Outcome with accepted = 0; nothing was stored
// then, and the errors in `rejected` do not have the prefix.
//
// What makes a whole body unreadable: a JSON array or an EDN vector with a syntax error anywhere,
// malformed protobuf around the records, EDN that cannot be taken up again at the next line, no
// record at all, a stream name that is no keyword's name. Else a bad record costs only itself: a
// line of NDJSON, an element of an array, one of the maps of an EDN stream where each stands on its
// own line.
constexpr std::string_view bad_body_prefix = "Invalid request body or unsupported content type: ";

using Done = std::function<void(Result<Outcome>)>;

class Service {
 public:
  Service(Sink& sink, record::Limits limits);
  ~Service();

  // Reads and checks on the calling thread; `done` comes from a thread of the sink's, or at once.
  // Thread-safe.
  void ingest(Request request, Done done);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::ingest
