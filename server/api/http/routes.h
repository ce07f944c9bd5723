// Every route of the HTTP port, in one place.
#pragma once

#include "server/api/http/router.h"
#include "server/api/http/server.h"

namespace clogs::api {

class WorkerPool;

// `queries` and `bulk` run what may take long: queries; large bodies. All outlive the router's last
// request.
void add_routes(Router& router, const Services& services, const HttpOptions& options,
                WorkerPool& queries, WorkerPool& bulk);

}  // namespace clogs::api
