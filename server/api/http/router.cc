#include "server/api/http/router.h"

#include <algorithm>
#include <array>
#include <random>

#include <fmt/format.h>

#include "server/api/http/media.h"
#include "server/api/http/target.h"
#include "server/api/log.h"

namespace clogs::api {
namespace {

// A day; a browser caps it as it likes.
constexpr std::string_view cors_fields =
    "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"
    "Access-Control-Allow-Headers: Authorization, Content-Type, Content-Encoding, Accept, "
    "Clogs-Batch-Id, Clogs-Stream, Clogs-Tenant, X-Grpc-Web, X-User-Agent, Grpc-Timeout\r\n"
    "Access-Control-Max-Age: 86400\r\n";

std::string fresh_id() {
  std::random_device entropy;
  return fmt::format("{:08x}{:08x}", entropy(), entropy());
}

}  // namespace

Answer answer_for(const Services& services, const Status& status, Form form,
                  std::string_view call) {
  if (!is_internal(status)) return failure_answer(status, form, {});
  const std::string id = fresh_id();
  log(services.log, LogLevel::error, "request failed",
      {{"id", id},
       {"call", std::string(call)},
       {"error", status.to_string()},
       {"details", status.details().empty() ? "{}" : status.details()}});
  return failure_answer(status, form, id);
}

Form form_of(const Request& request) {
  if (request.accept.empty()) return Form::json;
  constexpr std::array<std::string_view, 2> offers = {json_type, edn_type};
  return choose_media(request.accept, offers, 0) == 1 ? Form::edn : Form::json;
}

Router::Router(const Services& services, std::vector<std::string> cors_origins)
    : services_(services), cors_origins_(std::move(cors_origins)) {
  unknown_.name = "unknown";
}

void Router::add(std::string path, Route route) { routes_.emplace(std::move(path), route); }

void Router::add_prefix(std::string prefix, const Route& route) {
  prefixes_.emplace_back(std::move(prefix), route);
}

const Route* Router::find(std::string_view path) const {
  const auto found = routes_.find(path);
  if (found != routes_.end()) return &found->second;
  for (const auto& [prefix, route] : prefixes_) {
    if (path.starts_with(prefix)) return &route;
  }
  return nullptr;
}

Answer Router::options(const Route& route, std::string_view cors_origin) const {
  Answer answer;
  answer.status = 204;
  answer.fields = fmt::format("Allow: {}\r\n", route.allow);
  if (!cors_origin.empty()) answer.fields.append(cors_fields);
  return answer;
}

Router::Match Router::match(const Request& request) const {
  Match match;
  match.form = form_of(request);
  if (!request.origin.empty()) {
    const auto found = std::find(cors_origins_.begin(), cors_origins_.end(), request.origin);
    if (found != cors_origins_.end()) match.cors_origin = *found;
  }
  const std::string_view path = split_target(request.target).path;
  match.route = find(path);
  if (match.route == nullptr) {
    match.route = &unknown_;
    match.answer = error_answer(404, fmt::format("There is nothing at {}", path),
                                "{:code :clogs/unknown-route}", match.form);
    return match;
  }
  const Route& route = *match.route;
  if (request.method == Method::options) {
    match.answer = options(route, match.cors_origin);
    return match;
  }
  const bool allowed = route.get ? request.method == Method::get || request.method == Method::head
                                 : request.method == Method::post;
  if (!allowed) {
    match.answer = error_answer(
        405, fmt::format("{} is not allowed here; allowed: {}", request.method_text, route.allow),
        fmt::format("{{:code :clogs/method-not-allowed :allow \"{}\"}}", route.allow), match.form);
    match.answer->fields = fmt::format("Allow: {}\r\n", route.allow);
    return match;
  }
  if (!route.open && !route.own_auth) {
    Result<Principal> who = services_.auth == nullptr
                                ? Principal{}
                                : services_.auth->authorize(request.authorization, route.needed);
    if (who.ok()) who = Authorizer::enter(*std::move(who), request.tenant, route.needed);
    if (!who.ok()) {
      match.answer = failure(who.status(), match.form, route.name);
      return match;
    }
    match.who = std::move(who).value();
  }
  if (route.handler != nullptr) match.answer = route.handler->admit(request, match.form);
  return match;
}

Answer Router::failure(const Status& status, Form form, std::string_view call) const {
  return answer_for(services_, status, form, call);
}

}  // namespace clogs::api
