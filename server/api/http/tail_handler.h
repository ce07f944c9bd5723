// GET /tail?q=: matching records as server-sent events.
#pragma once

#include <memory>

#include "server/api/http/handler.h"
#include "server/api/http/limits.h"
#include "server/api/services.h"

namespace clogs::api {

constexpr std::string_view tail_heartbeat = ": still here\n\n";

// Each event is `id:` the number of the record in this tail (from 1, dropped ones counted) and
// `data:` the record as JSON, or as EDN with format=edn. An event `dropped` with {"dropped":n} says
// that the reader was too slow for n records. Without q: everything of stream :logs; syntax=json
// reads q as JSON.
std::shared_ptr<Handler> make_tail_handler(const Services& services, const HttpLimits& limits);

}  // namespace clogs::api
