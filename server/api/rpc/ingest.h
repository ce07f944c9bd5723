// IngestLog: wire bytes to the ingest service, its outcome to wire bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "server/api/calls.h"

namespace clogs::api::rpc {

// `done` comes from a thread of the store's, or at once.
void ingest(const Services& services, const Principal& principal, Transport transport,
            std::string request, Calls::Done done);
void ingest_stream_batch(const Services& services, const Principal& principal, Transport transport,
                         std::string request, Calls::Answer answer);

// The identity inside an IngestRequest or IngestStreamRequest, as far as it can be read.
struct Identity {
  std::string producer;
  uint64_t sequence = 0;
};
Identity identity_of(std::string_view request);

}  // namespace clogs::api::rpc
