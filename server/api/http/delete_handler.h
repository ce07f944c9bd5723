// POST /delete: records that match are left out of every answer from then on.
#pragma once

#include <memory>

#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

class WorkerPool;

std::shared_ptr<Handler> make_delete_handler(const Services& services, WorkerPool& queries);

}  // namespace clogs::api
