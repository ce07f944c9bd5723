// A record on its way through a sort: what is needed to make its entry again, as bytes.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "server/query/aggregate/aggregator.h"

namespace clogs::query {

struct PackedRow {
  Place place;
  std::string_view stream;
  std::string_view line;
};

// In the byte order of the machine, which is the only one to read it again.
struct PackedHead {
  int64_t timestamp;
  int64_t received_nanos;
  uint32_t index;
  uint32_t line_bytes;
  uint32_t stream_bytes;
  uint16_t store;
  uint16_t reserved;
};
static_assert(sizeof(PackedHead) == 32);

inline size_t packed_bytes(const PackedRow& row) {
  return sizeof(PackedHead) + row.stream.size() + row.line.size();
}

// Writes packed_bytes(row); returns the line's place in it.
inline char* pack(const PackedRow& row, char* into) {
  const PackedHead head{row.place.timestamp,
                        row.place.id.received_nanos,
                        row.place.id.index,
                        static_cast<uint32_t>(row.line.size()),
                        static_cast<uint32_t>(row.stream.size()),
                        row.place.id.store,
                        0};
  std::memcpy(into, &head, sizeof head);
  char* at = into + sizeof head;
  std::memcpy(at, row.stream.data(), row.stream.size());
  at += row.stream.size();
  std::memcpy(at, row.line.data(), row.line.size());
  return at;
}

// Of bytes that pack() wrote.
inline PackedRow unpack(const char* from) {
  PackedHead head;
  std::memcpy(&head, from, sizeof head);
  const char* at = from + sizeof head;
  return {{head.timestamp, {head.received_nanos, head.store, head.index}},
          {at, head.stream_bytes},
          {at + head.stream_bytes, head.line_bytes}};
}

}  // namespace clogs::query
