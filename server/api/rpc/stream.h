// QueryLogs/Query and QueryLogs/Tail: calls that answer with a stream of messages.
#pragma once

#include <memory>
#include <string>

#include "server/api/calls.h"

namespace clogs::api::rpc {

std::shared_ptr<StreamCall> start_query(const Services& services, WorkerPool& workers,
                                        const Principal& principal, const CallContext& context,
                                        std::string request, std::shared_ptr<StreamWriter> writer);
std::shared_ptr<StreamCall> start_tail(const Services& services, WorkerPool& workers,
                                       const Principal& principal, const CallContext& context,
                                       std::string request, std::shared_ptr<StreamWriter> writer);

// The call's limit has passed.
bool too_late(const CallContext& context);
CallStatus deadline_status();
CallStatus cancelled_status();

}  // namespace clogs::api::rpc
