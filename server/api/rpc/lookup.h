// QueryLogs/Explain and QueryLogs/Fields: one request, one answer.
#pragma once

#include <string>

#include "server/api/calls.h"

namespace clogs::api::rpc {

CallStatus explain(const Services& services, const std::string& request, std::string& response);
CallStatus fields(const Services& services, const Principal& principal, const CallContext& context,
                  const std::string& request, std::string& response);

}  // namespace clogs::api::rpc
