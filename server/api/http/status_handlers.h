// /health, /readyz, /metrics and the page at /.
#pragma once

#include <memory>

#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

std::shared_ptr<Handler> make_health_handler(const Services& services);
std::shared_ptr<Handler> make_ready_handler(const Services& services);
std::shared_ptr<Handler> make_metrics_handler(const Services& services);
std::shared_ptr<Handler> make_index_handler(const Services& services);

}  // namespace clogs::api
