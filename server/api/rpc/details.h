// Statuses as gRPC clients read them: google.rpc.Status with BadRequest, ErrorInfo and RetryInfo.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/status.h"
#include "server/api/calls.h"

namespace clogs::ingest {
struct Rejection;
}

namespace clogs::api::rpc {

// A failure of ingest. Over a size limit is RESOURCE_EXHAUSTED; where the same batch may be sent
// again, RetryInfo says when.
CallStatus ingest_status(const Status& status);
// A failure of a query or a look-up; over a limit of the language it is a bad query.
CallStatus query_status(const Status& status);
// Milliseconds after which the same request may be sent again; empty if that is useless.
std::optional<std::chrono::milliseconds> retry_of(const Status& status);
// A batch without a good record: BadRequest with a violation for each, as many as fit.
CallStatus all_rejected_status(const std::vector<ingest::Rejection>& rejected);
// Too many calls wait already: RESOURCE_EXHAUSTED with RetryInfo.
CallStatus busy_status();
// "Invalid request: not a clogs.v1.QueryRequest".
CallStatus not_a_message(std::string_view type);

// `text` with at most `bytes` bytes, cut between characters, "..." at the end where it was cut.
std::string cut(std::string_view text, size_t bytes);

}  // namespace clogs::api::rpc
