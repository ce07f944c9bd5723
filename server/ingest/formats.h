// The accepted bodies, one file each. A reader hands every record of a body to the collector; its
// failure refuses the body as a whole. Texts of a tape point into the body, so it must stay.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/edn/json_reader.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"
#include "server/ingest/collector.h"
#include "server/ingest/sink.h"

namespace clogs::ingest {

// Memory that is reused from body to body.
struct Scratch {
  edn::Tape tape;
  edn::Tape common;
  edn::JsonReader json;
};

// What the body was besides its records.
struct Shape {
  // The body was a record, not a batch with one.
  bool single = false;
};

// One object, or an array of objects.
Status read_json(std::string_view body, Scratch& scratch, Collector& collector, Shape& shape);
// An object a line; blank lines are skipped.
Status read_ndjson(std::string_view body, Scratch& scratch, Collector& collector, Shape& shape);
// A map, a vector of maps, or maps one after the other.
Status read_edn(std::string_view body, Scratch& scratch, Collector& collector, Shape& shape);

// What a protobuf body says of itself.
struct Envelope {
  std::string stream;  // empty: the default
  std::optional<BatchId> id;
};
// Wire bytes of clogs.v1.IngestRequest.
Status read_protobuf(std::string_view body, Scratch& scratch, Collector& collector,
                     Envelope& envelope);
// The same of clogs.v1.Batch.
Status read_batch(std::string_view batch, Scratch& scratch, Collector& collector,
                  Envelope& envelope);

// A failure whose position counts from `base`, as one whose position counts from the body's start.
Status moved_to(const Status& failure, const edn::Position& base);

}  // namespace clogs::ingest
