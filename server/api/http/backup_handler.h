// GET /backup: which files a backup is made of, as they are now; GET /backup/PATH?from=&to=: bytes
// of one, with their sum as a trailer.
#pragma once

#include <memory>
#include <string_view>

#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

class WorkerPool;

constexpr std::string_view backup_path = "/backup";

std::shared_ptr<Handler> make_backup_handler(const Services& services, WorkerPool& queries);

}  // namespace clogs::api
