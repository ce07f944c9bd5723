#include "core/queue/spool_format.h"

#define XXH_INLINE_ALL  // the client is built where there is no libxxhash
#include <xxhash.h>

namespace clogs::queue {
namespace {

void put(uint64_t value, size_t bytes, std::string& out) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}
uint64_t get(std::string_view bytes, size_t offset, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[offset + i]);
  return value;
}

uint64_t sum_of(std::string_view bytes, uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

BatchState state_of(char byte) {
  switch (static_cast<uint8_t>(byte)) {
    case 0:
      return BatchState::waiting;
    case 0xFF:
      return BatchState::done;
    default:  // also where it is damaged: sent again, the server stores it once
      return BatchState::sent;
  }
}

}  // namespace

std::string print_segment_head(SegmentHead& head) {
  std::string out(segment_magic);
  put(spool_version, 4, out);
  put(head.service.size(), 4, out);
  put(head.producer.size(), 4, out);
  out += head.service;
  out += head.producer;
  head.sum = sum_of(out);
  put(head.sum, 8, out);
  head.bytes = out.size();
  return out;
}

Result<SegmentHead> parse_segment_head(std::string_view bytes) {
  if (bytes.size() < segment_head_bytes_min || !bytes.starts_with(segment_magic)) {
    return data_loss("not a segment of a spool");
  }
  const uint64_t version = get(bytes, 8, 4);
  const uint64_t service = get(bytes, 12, 4);
  const uint64_t producer = get(bytes, 16, 4);
  if (version > spool_version) {
    return unimplemented("the segment has version " + std::to_string(version) +
                         ", known are those up to " + std::to_string(spool_version));
  }
  const uint64_t size = segment_head_bytes_min + service + producer;
  if (version == 0 || service > spool_name_bytes_max || producer > spool_name_bytes_max ||
      size > bytes.size()) {
    return data_loss("the head of the segment is damaged");
  }
  SegmentHead head;
  head.bytes = size;
  head.service = bytes.substr(20, service);
  head.producer = bytes.substr(20 + service, producer);
  head.sum = get(bytes, size - 8, 8);
  if (head.sum != sum_of(bytes.substr(0, size - 8))) {
    return data_loss("the head of the segment is damaged");
  }
  return head;
}

std::string print_batch_head(const BatchHead& head, uint64_t segment_sum, uint64_t offset) {
  std::string summed;
  put(head.body_bytes, 4, summed);
  put(0, 4, summed);
  put(head.sequence, 8, summed);
  put(head.records, 8, summed);
  put(static_cast<uint64_t>(head.written_nanos), 8, summed);
  put(head.body_sum, 8, summed);
  std::string out(batch_magic);
  out += print_batch_state(head.state, head.endpoint);
  out += summed;
  put(sum_of(summed, segment_sum ^ offset), 8, out);
  return out;
}

std::optional<BatchHead> parse_batch_head(std::string_view bytes, uint64_t segment_sum,
                                          uint64_t offset) {
  if (bytes.size() < batch_head_bytes || !bytes.starts_with(batch_magic)) return std::nullopt;
  const std::string_view summed = bytes.substr(8, 40);
  if (get(bytes, 48, 8) != sum_of(summed, segment_sum ^ offset)) return std::nullopt;
  BatchHead head;
  head.state = state_of(bytes[batch_state_offset]);
  head.endpoint = static_cast<uint32_t>(get(bytes, batch_state_offset + 1, batch_endpoint_bytes));
  head.body_bytes = static_cast<uint32_t>(get(summed, 0, 4));
  head.sequence = get(summed, 8, 8);
  head.records = get(summed, 16, 8);
  head.written_nanos = static_cast<int64_t>(get(summed, 24, 8));
  head.body_sum = get(summed, 32, 8);
  if (head.body_bytes > spool_body_bytes_max) return std::nullopt;
  return head;
}

uint64_t body_sum(std::string_view body) { return sum_of(body); }

std::string print_batch_state(BatchState state, uint32_t endpoint) {
  std::string out;
  put(static_cast<uint8_t>(state), 1, out);
  put(endpoint, batch_endpoint_bytes, out);
  return out;
}

}  // namespace clogs::queue
