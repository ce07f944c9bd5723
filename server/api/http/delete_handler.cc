#include "server/api/http/delete_handler.h"

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/api/http/query_parameters.h"
#include "server/api/http/router.h"
#include "server/api/http/target.h"
#include "server/api/log.h"
#include "server/api/worker_pool.h"
#include "server/query/engine.h"

namespace clogs::api {
namespace {

using edn::Value;

// Who is named for a request where no keys are configured.
constexpr std::string_view nobody = "local";

Result<bool> dry_run_of(const Request& request) {
  const Target target = split_target(request.target);
  if (!target.has("dry-run")) return false;
  const std::string text = target.parameter("dry-run").value_or("");
  if (text == "true" || text == "false") return text == "true";
  // Whoever writes dry-run=1 must not find that it was none.
  return invalid_argument("Parameter dry-run is neither true nor false",
                          "{:code :clogs/bad-parameter :parameter \"dry-run\"}");
}

Value form_of_text(const std::string& text) {
  Result<Value> form = edn::read_value(text);
  return form.ok() ? *std::move(form) : Value::string(text);
}

Value answer_of(const query::Removal& removal, bool dry_run) {
  Value answer = Value::map_of({{"success", Value::boolean(true)},
                                {"dry-run", Value::boolean(dry_run)},
                                {"matched", Value::integer(static_cast<int64_t>(removal.matched))},
                                {"moment", Value::inst_nanos(removal.moment_nanos)},
                                {"query", form_of_text(removal.canonical)}});
  if (removal.number != 0) {
    answer.set_key("deletion", Value::integer(static_cast<int64_t>(removal.number)));
  }
  std::vector<Value> examples;
  for (const std::string& line : removal.examples) examples.push_back(form_of_text(line));
  answer.set_key("examples", Value::vector(std::move(examples)));
  if (!removal.warnings.empty()) {
    std::vector<Value> warnings;
    for (const std::string& warning : removal.warnings) {
      warnings.push_back(Value::string(warning));
    }
    answer.set_key("warnings", Value::vector(std::move(warnings)));
  }
  return answer;
}

class DeleteHandler final : public Handler, public std::enable_shared_from_this<DeleteHandler> {
 public:
  DeleteHandler(const Services& services, WorkerPool& queries)
      : services_(services), queries_(queries) {}

  std::optional<Answer> admit(const Request& request, Form form) override {
    const Result<query::Syntax> syntax = query_syntax_of(request.content_type);
    if (!syntax.ok()) return failure_answer(syntax.status(), form, {});
    const Result<bool> dry_run = dry_run_of(request);
    if (!dry_run.ok()) return failure_answer(dry_run.status(), form, {});
    return std::nullopt;
  }

  void handle(const std::shared_ptr<Exchange>& exchange) override {
    auto cancel = std::make_shared<std::atomic<bool>>(false);
    exchange->on_gone([cancel] { cancel->store(true); });
    const bool taken = queries_.submit(
        [self = shared_from_this(), exchange, cancel] { self->run(*exchange, cancel); });
    if (taken) return;
    exchange->respond(answer_for(services_,
                                 resource_exhausted("Too many queries are waiting; try again"),
                                 exchange->form, exchange->call));
  }

 private:
  void run(Exchange& exchange, const query::CancelToken& cancel) {
    if (cancel->load()) return;
    const bool dry_run = dry_run_of(exchange.request).value();
    query::RemovalRequest request;
    request.text = exchange.body;
    request.syntax = query_syntax_of(exchange.request.content_type).value();
    request.tenant = exchange.who.tenant;
    request.by = exchange.who.key.empty() ? nobody : exchange.who.key;
    request.recorder = dry_run ? nullptr : services_.deletions;
    const Result<query::Removal> removal = services_.engine->remove(request, cancel);
    if (!removal.ok()) {
      return exchange.respond(
          answer_for(services_, removal.status(), exchange.form, exchange.call));
    }
    if (!dry_run) {
      log(services_.log, LogLevel::info, "records deleted",
          {{"deletion", std::to_string(removal->number)},
           {"matched", std::to_string(removal->matched)},
           {"by", std::string(request.by)},
           {"query", removal->canonical}});
    }
    exchange.respond(value_answer(answer_of(*removal, dry_run), exchange.form));
  }

  const Services services_;
  WorkerPool& queries_;
};

}  // namespace

std::shared_ptr<Handler> make_delete_handler(const Services& services, WorkerPool& queries) {
  return std::make_shared<DeleteHandler>(services, queries);
}

}  // namespace clogs::api
