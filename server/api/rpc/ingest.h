// IngestLog: wire bytes to the ingest service, its outcome to wire bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "server/api/calls.h"
#include "server/api/rpc/message.h"

namespace clogs::api::rpc {

// `done` comes from a thread of the store's, or at once. A message that could not be received is a
// batch that failed.
void ingest(const Services& services, const Principal& principal, Transport transport,
            Result<Message> message, Calls::Done done);
void ingest_stream_batch(const Services& services, const Principal& principal, Transport transport,
                         Result<Message> message, Calls::Answer answer);

// The identity inside an IngestRequest or IngestStreamRequest, as far as it can be read.
struct Identity {
  std::string producer;
  uint64_t sequence = 0;
};
Identity identity_of(std::string_view request);

}  // namespace clogs::api::rpc
