#include "server/api/http/status_handlers.h"

#include <fmt/format.h>

#include "core/edn/value.h"
#include "server/api/metrics.h"

namespace clogs::api {
namespace {

using edn::Value;

constexpr std::string_view page_fields =
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'\r\n"
    "Referrer-Policy: no-referrer\r\nX-Frame-Options: DENY\r\n";

constexpr std::string_view page = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Clogs</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:3rem auto;padding:0 1rem}}
pre{{background:#f4f4f4;color:#222;padding:1rem;overflow:auto}}</style></head><body>
<h1>Clogs {version}</h1>
<p>This is a Clogs server: it stores structured logs and answers queries over them.</p>
<p>Send a record:</p>
<pre>curl -H 'Content-Type: application/json' http://{host}/logs \
  -d '{{"level":"error","service":"auth","message":"login failed","user_id":7}}'</pre>
<p>Ask for it:</p>
<pre>curl -H 'Content-Type: application/edn' http://{host}/query \
  -d '{{:time "1h" :where [:= :level "error"] :limit 10}}'</pre>
<p>Follow what comes:</p>
<pre>curl -N 'http://{host}/tail?q=%7B:where%20%7B:level%20%22error%22%7D%7D'</pre>
<p>Names of fields: <a href="/fields">/fields</a>. State: <a href="/health">/health</a>,
<a href="/readyz">/readyz</a>, <a href="/metrics">/metrics</a>.</p>
</body></html>
)";

// Host is the client's text; only what a host and port consist of goes into the page.
std::string safe_host(std::string_view host) {
  for (const char c : host) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    if (!good) return "127.0.0.1:8080";
  }
  return std::string(host);
}

class StatusHandler : public Handler {
 public:
  explicit StatusHandler(const Services& services) : services_(services) {}

 protected:
  const Services services_;
};

class HealthHandler final : public StatusHandler {
 public:
  using StatusHandler::StatusHandler;
  void handle(const std::shared_ptr<Exchange>& exchange) override {
    exchange->respond(value_answer(Value::map_of({{"status", Value::string("ok")},
                                                  {"version", Value::string(services_.version)}}),
                                   exchange->form));
  }
};

class ReadyHandler final : public StatusHandler {
 public:
  using StatusHandler::StatusHandler;
  void handle(const std::shared_ptr<Exchange>& exchange) override {
    bool ready = true;
    std::vector<Value> parts;
    for (const Part& part : services_.health ? services_.health() : std::vector<Part>()) {
      ready = ready && part.ready;
      parts.push_back(Value::map_of({{"name", Value::string(part.name)},
                                     {"ready", Value::boolean(part.ready)},
                                     {"detail", Value::string(part.detail)}}));
    }
    Answer answer = value_answer(Value::map_of({{"ready", Value::boolean(ready)},
                                                {"parts", Value::vector(std::move(parts))}}),
                                 exchange->form);
    if (!ready) {
      answer.status = 503;
      answer.fields = "Retry-After: 5\r\n";
    }
    exchange->respond(std::move(answer));
  }
};

class MetricsHandler final : public StatusHandler {
 public:
  using StatusHandler::StatusHandler;
  void handle(const std::shared_ptr<Exchange>& exchange) override {
    Answer answer;
    answer.type = metrics_type;
    if (services_.metrics != nullptr) answer.body = services_.metrics->text();
    exchange->respond(std::move(answer));
  }
};

class IndexHandler final : public StatusHandler {
 public:
  using StatusHandler::StatusHandler;
  void handle(const std::shared_ptr<Exchange>& exchange) override {
    Answer answer;
    answer.type = html_type;
    answer.fields = page_fields;
    answer.body = fmt::format(page, fmt::arg("version", services_.version),
                              fmt::arg("host", safe_host(exchange->request.host)));
    exchange->respond(std::move(answer));
  }
};

}  // namespace

std::shared_ptr<Handler> make_health_handler(const Services& services) {
  return std::make_shared<HealthHandler>(services);
}
std::shared_ptr<Handler> make_ready_handler(const Services& services) {
  return std::make_shared<ReadyHandler>(services);
}
std::shared_ptr<Handler> make_metrics_handler(const Services& services) {
  return std::make_shared<MetricsHandler>(services);
}
std::shared_ptr<Handler> make_index_handler(const Services& services) {
  return std::make_shared<IndexHandler>(services);
}

}  // namespace clogs::api
