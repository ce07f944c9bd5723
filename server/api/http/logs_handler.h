// POST /logs: bodies to the ingest service, its outcome as the answer.
#pragma once

#include <memory>

#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

class WorkerPool;

// Large bodies are read on `bulk`.
std::shared_ptr<Handler> make_logs_handler(const Services& services, WorkerPool& bulk);

}  // namespace clogs::api
