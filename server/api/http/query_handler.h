// POST /query: runs a query on the pool and streams its answer.
#pragma once

#include <memory>

#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

class WorkerPool;

std::shared_ptr<Handler> make_query_handler(const Services& services, WorkerPool& queries);

}  // namespace clogs::api
