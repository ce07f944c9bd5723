// Paths to routes, and the answers that every route shares: 404, 405, OPTIONS, 401 and 403, CORS.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "server/api/http/answer.h"
#include "server/api/http/handler.h"
#include "server/api/services.h"

namespace clogs::api {

class Router {
 public:
  Router(const Services& services, std::vector<std::string> cors_origins);

  void add(std::string path, Route route);
  // For every path below `prefix` that has no route of its own.
  void add_prefix(std::string prefix, const Route& route);

  struct Match {
    const Route* route = nullptr;  // what counts the request; never null
    std::optional<Answer> answer;  // refused or answered by the router itself
    Principal who;
    Form form = Form::json;
    std::string_view cors_origin;  // into the configured list
  };
  Match match(const Request& request) const;

  const Services& services() const { return services_; }
  // An answer for a failure; the server's own failures are logged under a fresh id.
  Answer failure(const Status& status, Form form, std::string_view call) const;

 private:
  const Route* find(std::string_view path) const;
  Answer options(const Route& route, std::string_view cors_origin) const;

  const Services& services_;
  const std::vector<std::string> cors_origins_;
  std::map<std::string, Route, std::less<>> routes_;
  std::vector<std::pair<std::string, Route>> prefixes_;
  Route unknown_;
};

// A failure as an answer; internal ones are logged with the id that the answer carries.
Answer answer_for(const Services& services, const Status& status, Form form, std::string_view call);
// JSON unless Accept names EDN.
Form form_of(const Request& request);

}  // namespace clogs::api
