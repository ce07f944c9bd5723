// A handler answers the requests of one or several routes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "server/api/auth.h"
#include "server/api/http/exchange.h"
#include "server/api/http/request.h"

namespace clogs::api {

class Handler {
 public:
  virtual ~Handler() = default;
  // Looks at the header before the body is read; an answer refuses the request.
  virtual std::optional<Answer> admit(const Request&, Form) { return std::nullopt; }
  // Called on the connection's thread; must not block.
  virtual void handle(const std::shared_ptr<Exchange>& exchange) = 0;
};

struct Route {
  std::string_view name;   // for metrics: "/logs"
  std::string_view allow;  // "GET, HEAD, OPTIONS"
  bool get = false;        // else POST
  bool open = false;       // needs no key
  // Sent on a streamed answer that was silent for HttpTimeouts::heartbeat; empty: nothing is.
  std::string_view heartbeat;
  // Its answers are worth compressing for clients that take that; never with a heartbeat.
  bool compress = false;
  // The transport protocol asks who calls by itself (gRPC-Web).
  bool own_auth = false;
  Rights needed = 0;
  std::shared_ptr<Handler> handler;
};

}  // namespace clogs::api
