#include "server/api/http/routes.h"

#include "server/api/http/backup_handler.h"
#include "server/api/http/delete_handler.h"
#include "server/api/http/fields_handler.h"
#include "server/api/http/grpc_web.h"
#include "server/api/http/logs_handler.h"
#include "server/api/http/query_handler.h"
#include "server/api/http/status_handlers.h"
#include "server/api/http/tail_handler.h"

namespace clogs::api {
namespace {

constexpr std::string_view get_methods = "GET, HEAD, OPTIONS";
constexpr std::string_view post_methods = "POST, OPTIONS";

Route get_route(std::string_view name, std::shared_ptr<Handler> handler, Rights needed) {
  Route route;
  route.name = name;
  route.allow = get_methods;
  route.get = true;
  route.needed = needed;
  route.handler = std::move(handler);
  return route;
}

Route open_route(std::string_view name, std::shared_ptr<Handler> handler) {
  Route route = get_route(name, std::move(handler), 0);
  route.open = true;
  return route;
}

Route post_route(std::string_view name, std::shared_ptr<Handler> handler, Rights needed) {
  Route route = get_route(name, std::move(handler), needed);
  route.allow = post_methods;
  route.get = false;
  return route;
}

Route compressed(Route route) {
  route.compress = true;
  return route;
}

}  // namespace

void add_routes(Router& router, const Services& services, const HttpOptions& options,
                WorkerPool& queries, WorkerPool& bulk) {
  router.add("/logs", post_route("/logs", make_logs_handler(services, bulk), right_ingest));
  router.add("/query",
             compressed(post_route("/query", make_query_handler(services, queries), right_query)));
  Route tail = get_route("/tail", make_tail_handler(services, options.limits), right_query);
  tail.heartbeat = tail_heartbeat;
  router.add("/tail", tail);
  const std::shared_ptr<Handler> fields = make_fields_handler(services, queries);
  router.add(std::string(fields_path), compressed(get_route("/fields", fields, right_query)));
  router.add_prefix(std::string(fields_path) + "/",
                    compressed(get_route("/fields/values", fields, right_query)));
  if (services.deletions != nullptr) {
    router.add("/delete", post_route("/delete", make_delete_handler(services, queries),
                                     right_admin | right_query));
  }
  if (services.backup != nullptr) {
    const Route backup =
        get_route("/backup", make_backup_handler(services, queries), right_admin | right_query);
    router.add(std::string(backup_path), backup);
    router.add_prefix(std::string(backup_path) + "/", backup);
  }
  router.add("/health", open_route("/health", make_health_handler(services)));
  router.add("/healthz", open_route("/health", make_health_handler(services)));
  router.add("/readyz", open_route("/readyz", make_ready_handler(services)));
  router.add("/metrics", compressed(get_route("/metrics", make_metrics_handler(services), 0)));
  router.add("/", open_route("/", make_index_handler(services)));
  if (services.calls != nullptr) {
    Route web = post_route("/clogs.v1", make_grpc_web_handler(services), 0);
    web.own_auth = true;
    router.add_prefix(std::string(grpc_web_prefix), web);
  }
}

}  // namespace clogs::api
