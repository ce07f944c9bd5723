#include "core/client/batch.h"

#include "core/record/proto_schema.h"
#include "core/record/wire.h"

namespace clogs::client {
namespace {

namespace wire = record::wire;
namespace schema = record::schema;

// Of proto/clogs/v1/ingest.proto.
constexpr uint32_t request_batch = 1;
constexpr uint32_t batch_producer = 1;
constexpr uint32_t batch_sequence = 2;
constexpr uint32_t batch_stream = 3;
constexpr uint32_t batch_common = 4;
constexpr uint32_t batch_records = 5;
constexpr uint32_t response_rejected = 2;
constexpr uint32_t rejection_error = 2;

// The length of the batch as a varint of always five bytes: longer than need be is legal
// (https://protobuf.dev/programming-guides/encoding/#varints).
constexpr size_t length_bytes = 5;
constexpr size_t batch_starts_at = send::message_prefix_bytes + 1 + length_bytes;

void put_common(std::string_view key, std::string_view value, std::string& out) {
  std::string field;
  wire::put_bytes(schema::field_key, key, field);
  wire::put_bytes(schema::field_value, value, field);
  wire::put_bytes(batch_common, field, out);
}

void write_prefix(std::string& message) {
  const uint64_t length = message.size() - send::message_prefix_bytes;
  message[0] = 0;  // not compressed
  for (size_t i = 0; i < 4; ++i) message[1 + i] = static_cast<char>(length >> (8 * (3 - i)));
}

// The batch of an IngestRequest.
std::optional<std::string_view> find_batch(std::string_view body) {
  wire::Walker walker(body);
  wire::Tag tag;
  std::string_view batch;
  bool found = false;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return std::nullopt;
    if (tag.field == request_batch && tag.type == wire::bytes) {
      if (!walker.read_bytes(batch)) return std::nullopt;
      found = true;
    } else if (!walker.skip(tag)) {
      return std::nullopt;
    }
  }
  if (!found) return std::nullopt;
  return batch;
}

}  // namespace

void put_common_text(std::string_view key, std::string_view value, std::string& out) {
  std::string encoded;
  wire::put_bytes(static_cast<uint32_t>(schema::ValueField::string), value, encoded);
  put_common(key, encoded, out);
}

void put_common_integer(std::string_view key, int64_t value, std::string& out) {
  std::string encoded;
  wire::put_tag(static_cast<uint32_t>(schema::ValueField::integer), wire::varint, encoded);
  const auto bits = static_cast<uint64_t>(value);
  wire::put_varint(bits << 1 ^ (value < 0 ? ~uint64_t{0} : 0), encoded);
  put_common(key, encoded, out);
}

BatchWriter::BatchWriter(std::string stream, std::string common)
    : stream_(std::move(stream)), common_(std::move(common)) {}

void BatchWriter::begin(const queue::BatchId& id, std::string& out) const {
  out.assign(send::message_prefix_bytes, '\0');
  wire::put_tag(request_batch, wire::bytes, out);
  out.append(length_bytes, '\0');
  wire::put_bytes(batch_producer, id.producer, out);
  wire::put_tag(batch_sequence, wire::varint, out);
  wire::put_varint(id.sequence, out);
  if (!stream_.empty()) wire::put_bytes(batch_stream, stream_, out);
  out.append(common_);
}

void BatchWriter::end(std::string& out) {
  uint64_t length = out.size() - batch_starts_at;
  char* at = out.data() + send::message_prefix_bytes + 1;
  for (size_t i = 0; i < length_bytes; ++i, length >>= 7) {
    const uint8_t more = i + 1 < length_bytes ? 0x80 : 0;
    at[i] = static_cast<char>((length & 0x7f) | more);
  }
  write_prefix(out);
}

std::string_view body_of(const std::string& message) {
  return std::string_view(message).substr(send::message_prefix_bytes);
}

std::string message_of(std::string_view body) {
  std::string message(send::message_prefix_bytes, '\0');
  message.append(body);
  write_prefix(message);
  return message;
}

void put_record(std::string_view record, std::string& out) {
  wire::put_bytes(batch_records, record, out);
}

std::optional<Halves> halve(const std::string& message, uint64_t records) {
  const std::optional<std::string_view> batch = find_batch(body_of(message));
  if (!batch) return std::nullopt;
  Halves halves;
  wire::Walker walker(*batch);
  wire::Tag tag;
  uint64_t seen = 0;
  while (!walker.done()) {
    const char* start = walker.at();
    if (!walker.read_tag(tag) || !walker.skip(tag)) return std::nullopt;
    if (tag.field != batch_records) continue;
    std::string& half = seen < records / 2 ? halves.first : halves.second;
    half.append(start, walker.at());
    ++seen;
  }
  if (seen != records) return std::nullopt;
  halves.first_records = records / 2;
  return halves;
}

Rejections read_rejections(std::string_view response) {
  Rejections rejections;
  wire::Walker walker(response);
  wire::Tag tag;
  while (!walker.done()) {
    if (!walker.read_tag(tag)) return rejections;
    std::string_view rejection;
    if (tag.field != response_rejected || tag.type != wire::bytes) {
      if (!walker.skip(tag)) return rejections;
      continue;
    }
    if (!walker.read_bytes(rejection)) return rejections;
    ++rejections.count;
    wire::Walker inner(rejection);
    while (rejections.first.empty() && !inner.done() && inner.read_tag(tag)) {
      std::string_view text;
      if (tag.field == rejection_error && tag.type == wire::bytes) {
        if (!inner.read_bytes(text)) break;
        rejections.first = text;
      } else if (!inner.skip(tag)) {
        break;
      }
    }
  }
  return rejections;
}

}  // namespace clogs::client
