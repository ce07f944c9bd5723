// What one client of the gRPC port may cost.
#pragma once

#include <chrono>
#include <cstddef>

namespace clogs::api {

struct GrpcLimits {
  // Of one message as sent; RESOURCE_EXHAUSTED above. What it may expand to is CallLimits's.
  size_t message_bytes = size_t{64} << 20;
  // Batches of one IngestStream that were read and whose answer is not written: the next one is
  // read when one of them is done. Enough for a group commit of a slow disk.
  size_t batches_in_flight = 64;
  // Bytes of those batches.
  size_t batch_bytes_in_flight = size_t{64} << 20;
  // Of one answer, waiting for its reader; a full buffer stops the query that fills it.
  size_t stream_buffer_bytes = size_t{1} << 20;
  // Of one live tail; a full buffer drops rows, which the reader is told.
  size_t tail_buffer_bytes = size_t{4} << 20;
  // A reader that takes nothing for so long loses its query, and with it frees a worker.
  std::chrono::milliseconds write_timeout{30'000};
  // Answers to clients on this machine are compressed too, if the client takes that.
  bool compress_loopback = false;
  // Calls at once on one connection; the client queues the rest.
  int concurrent_calls = 1000;
  // Between looks at the parts' readiness, for the health service.
  std::chrono::milliseconds health_interval{500};
};

// A message of an answer below this is not worth compressing: it fits into a packet or two.
constexpr size_t compress_min_bytes = size_t{1} << 10;

}  // namespace clogs::api
