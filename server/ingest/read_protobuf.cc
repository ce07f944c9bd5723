// clogs.v1.IngestRequest and clogs.v1.Batch, walked by hand: no message objects.
#include <string_view>
#include <vector>

#include "core/edn/utf8.h"
#include "core/record/proto_codec.h"
#include "core/record/wire.h"
#include "server/ingest/formats.h"

namespace clogs::ingest {
namespace {

namespace wire = record::wire;

// Of proto/clogs/v1/ingest.proto; a test holds them against it.
constexpr uint32_t request_batch = 1;
constexpr uint32_t batch_producer = 1;
constexpr uint32_t batch_sequence = 2;
constexpr uint32_t batch_stream = 3;
constexpr uint32_t batch_common = 4;
constexpr uint32_t batch_records = 5;
constexpr uint32_t batch_edn = 6;
constexpr uint32_t batch_ndjson = 7;

// Bytes of a producer's name: it is kept for every producer of the last day.
constexpr size_t max_producer_bytes = 256;

Status malformed(std::string_view what) {
  return invalid_argument("the bytes of " + std::string(what) + " are not protobuf",
                          "{:code :clogs/bad-protobuf}");
}

struct Parts {
  std::string_view producer;
  uint64_t sequence = 0;
  std::string_view stream;
  std::vector<std::string_view> common;
  const char* first_record = nullptr;
  std::string_view edn;
  std::string_view ndjson;
};

// Everything but the records, which are only found.
bool walk_batch(std::string_view batch, Parts& parts) {
  wire::Walker walker(batch);
  wire::Tag tag;
  std::string_view bytes;
  while (!walker.done()) {
    const char* start = walker.at();
    if (!walker.read_tag(tag)) return false;
    if (tag.field == batch_sequence) {
      if (tag.type != wire::varint || !walker.read_varint(parts.sequence)) return false;
      continue;
    }
    if (tag.field > batch_ndjson) {
      if (!walker.skip(tag)) return false;
      continue;
    }
    if (tag.type != wire::bytes || !walker.read_bytes(bytes)) return false;
    switch (tag.field) {
      case batch_producer:
        parts.producer = bytes;
        break;
      case batch_stream:
        parts.stream = bytes;
        break;
      case batch_common:
        parts.common.push_back(bytes);
        break;
      case batch_edn:
        parts.edn = bytes;
        break;
      case batch_ndjson:
        parts.ndjson = bytes;
        break;
      default:
        if (parts.first_record == nullptr) parts.first_record = start;
        break;
    }
  }
  return true;
}

// The walk over the batch has shown that its bytes are well formed.
Status read_records(std::string_view records, edn::View common, Scratch& scratch,
                    Collector& collector) {
  wire::Walker walker(records);
  wire::Tag tag;
  std::string_view bytes;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("a Batch");
    if (tag.field != batch_records) {
      if (!walker.skip(tag)) return malformed("a Batch");
      continue;
    }
    if (!walker.read_bytes(bytes)) return malformed("a Batch");
    scratch.tape.clear();
    Status read = collector.check_source_bytes(bytes.size());
    if (read.ok()) read = record::decode_record(bytes, scratch.tape, common);
    if (read.ok()) {
      collector.add(scratch.tape.root());
    } else {
      collector.reject(read);
    }
  }
  return ok_status();
}

Status read_envelope(const Parts& parts, Envelope& envelope) {
  if (!edn::is_valid_utf8(parts.producer) || !edn::is_valid_utf8(parts.stream)) {
    return invalid_argument("the producer or the stream of the batch is not UTF-8",
                            "{:code :clogs/bad-utf8}");
  }
  if (parts.producer.size() > max_producer_bytes) {
    return invalid_argument("the producer's name has " + std::to_string(parts.producer.size()) +
                                " bytes, the limit is " + std::to_string(max_producer_bytes),
                            "{:code :clogs/bad-producer}");
  }
  if (!parts.producer.empty()) {
    envelope.id = BatchId{.producer = std::string(parts.producer), .sequence = parts.sequence};
  }
  envelope.stream = parts.stream;
  const int bodies = (parts.first_record != nullptr ? 1 : 0) + (parts.edn.empty() ? 0 : 1) +
                     (parts.ndjson.empty() ? 0 : 1);
  if (bodies <= 1) return ok_status();
  return invalid_argument("a batch has one of records, edn and ndjson, not several",
                          "{:code :clogs/bad-protobuf}");
}

}  // namespace

Status read_batch(std::string_view batch, Scratch& scratch, Collector& collector,
                  Envelope& envelope) {
  Parts parts;
  if (!walk_batch(batch, parts)) return malformed("the Batch");
  CLOGS_RETURN_IF_ERROR(read_envelope(parts, envelope));
  Shape shape;
  if (!parts.edn.empty()) return read_edn(parts.edn, scratch, collector, shape);
  if (!parts.ndjson.empty()) return read_ndjson(parts.ndjson, scratch, collector, shape);
  if (parts.first_record == nullptr) return ok_status();
  edn::View common;
  if (!parts.common.empty()) {
    scratch.common.clear();
    const Status read = record::decode_fields(parts.common, scratch.common);
    if (!read.ok()) return read.with_context("the batch's common fields");
    common = scratch.common.root();
  }
  const char* const end = batch.data() + batch.size();
  return read_records({parts.first_record, static_cast<size_t>(end - parts.first_record)}, common,
                      scratch, collector);
}

Status read_protobuf(std::string_view body, Scratch& scratch, Collector& collector,
                     Envelope& envelope) {
  wire::Walker walker(body);
  wire::Tag tag;
  std::string_view batch;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return malformed("the IngestRequest");
    if (tag.field != request_batch) {
      if (!walker.skip(tag)) return malformed("the IngestRequest");
      continue;
    }
    if (tag.type != wire::bytes || batch.data() != nullptr || !walker.read_bytes(batch)) {
      return malformed("the IngestRequest");
    }
  }
  return read_batch(batch, scratch, collector, envelope);
}

}  // namespace clogs::ingest
