// GET /fields and /fields/NAME/values: what there is to ask for.
#pragma once

#include <memory>

#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

class WorkerPool;

constexpr std::string_view fields_path = "/fields";

// Both take ?q= (a query whose :time and :where limit what is looked at), syntax= and limit=.
std::shared_ptr<Handler> make_fields_handler(const Services& services, WorkerPool& queries);

}  // namespace clogs::api
