// Takes bodies in any accepted form, checks each record, and hands the good ones to the sink.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
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
  std::string body;        // decompressed
  bool accept_meta = false;  // a restore: clogs/ keys are taken
};

struct Rejection {
  uint64_t index = 0;       // position in the body, from 0
  std::string error;        // one sentence
  std::string details_edn;  // the same as data, an EDN map
};

struct Outcome {
  uint64_t accepted = 0;
  std::vector<Rejection> rejected;
  bool duplicate = false;
  bool single = false;  // the body was one record, not a batch
  // As in the request, or from within a protobuf body.
  std::optional<BatchId> id;
};

// With a failure nothing was stored: the body as a whole was unreadable, or the sink refused it.
// A body in which no record was good gives an Outcome with accepted = 0; nothing was stored then.
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
