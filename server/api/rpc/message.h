// A request's message on its way in: expanded, with the memory that it holds.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/api/metrics.h"
#include "server/api/reservation.h"
#include "server/ingest/sink.h"

namespace clogs::api::rpc {

struct Message {
  std::string bytes;
  // Of the store's budget, from here to the answer; null where nothing was reserved.
  std::shared_ptr<Reservation> held;
};

// Whether a message as gRPC hands it over is compressed. gRPC does not tell, but no protobuf
// message begins like a gzip file: field 3 of wire type 7, which does not exist.
bool is_gzip(std::string_view bytes);

// Reserves memory for a gRPC message and expands it if it is compressed, piece by piece, each after
// its memory is reserved. A message of gRPC-Web was expanded and counted by the HTTP server.
// out_of_range above `expanded_bytes_max`, resource_exhausted without memory, invalid_argument for
// what is no gzip. `budget` may be null.
Result<Message> receive(std::string bytes, Transport transport, ingest::Sink* budget,
                        size_t expanded_bytes_max);

}  // namespace clogs::api::rpc
