#include "server/api/http/logs_handler.h"

#include <utility>

#include <fmt/format.h>

#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/api/http/limits.h"
#include "server/api/http/media.h"
#include "server/api/http/router.h"
#include "server/api/metrics.h"
#include "server/api/worker_pool.h"
#include "server/ingest/service.h"

namespace clogs::api {
namespace {

using edn::Value;

constexpr std::string_view body_problem = "Invalid request body or unsupported content type";
constexpr std::string_view one_stored =
    "{\"message\":\"Log entry stored successfully\",\"accepted\":1}\n";

Result<ingest::Format> format_of(std::string_view content_type) {
  CLOGS_ASSIGN_OR_RETURN(const std::string type, media_type(content_type));
  if (type == "application/json") return ingest::Format::json;
  if (type == "application/x-ndjson" || type == "application/ndjson") {
    return ingest::Format::ndjson;
  }
  if (type == "application/edn") return ingest::Format::edn;
  const std::string got = type.empty() ? "Content-Type is missing" : type + " is not supported";
  return invalid_argument(
      got + "; send application/json, application/x-ndjson or application/edn",
      fmt::format("{{:code :clogs/unsupported-type :got {} :expected [\"application/json\" "
                  "\"application/x-ndjson\" \"application/edn\"]}}",
                  edn::print(Value::string(type))));
}

// Everything of the request but its body.
Result<ingest::Request> header_of(const Request& request) {
  ingest::Request header;
  CLOGS_ASSIGN_OR_RETURN(header.format, format_of(request.content_type));
  if (!request.batch_id.empty()) {
    CLOGS_ASSIGN_OR_RETURN(header.id, parse_batch_id(request.batch_id));
  }
  if (!request.stream.empty()) header.stream = request.stream;
  return header;
}

Status in_context(const Status& status) {
  if (status.code() != Code::invalid_argument) return status;
  if (status.message().starts_with(body_problem)) return status;
  return status.with_context(body_problem);
}

Value details_of(const std::string& details_edn) {
  if (details_edn.empty()) return Value::map();
  Result<Value> read = edn::read_value(details_edn);
  return read.ok() ? std::move(read).value() : Value::map();
}

Value rejections(const ingest::Outcome& outcome) {
  std::vector<Value> items;
  items.reserve(outcome.rejected.size());
  for (const ingest::Rejection& rejection : outcome.rejected) {
    items.push_back(Value::map_of({{"index", Value::integer(static_cast<int64_t>(rejection.index))},
                                   {"error", Value::string(rejection.error)},
                                   {"details", details_of(rejection.details_edn)}}));
  }
  return Value::vector(std::move(items));
}

Answer stored(const ingest::Outcome& outcome, Form form) {
  Answer answer;
  answer.status = 201;
  answer.type = form == Form::edn ? edn_type : json_type;
  if (outcome.duplicate) answer.fields = "Clogs-Duplicate: true\r\n";
  if (outcome.accepted == 1 && outcome.rejected.empty() && form == Form::json) {
    answer.fixed = one_stored;
    return answer;
  }
  Value body = Value::map_of(
      {{"message", Value::string(outcome.accepted == 1 ? "Log entry stored successfully"
                                                       : "Log entries stored successfully")},
       {"accepted", Value::integer(static_cast<int64_t>(outcome.accepted))}});
  if (!outcome.rejected.empty()) body.set_key("rejected", rejections(outcome));
  if (form == Form::edn) {
    edn::print(body, answer.body);
  } else {
    edn::write_json(body, answer.body);
  }
  answer.body.push_back('\n');
  return answer;
}

Answer refused(const ingest::Outcome& outcome, Form form) {
  if (outcome.rejected.empty()) {
    return error_answer(400, fmt::format("{}: the body holds no record", body_problem),
                        "{:code :clogs/no-record}", form);
  }
  const ingest::Rejection& first = outcome.rejected.front();
  if (outcome.single) {
    return error_answer(400, fmt::format("{}: {}", body_problem, first.error), first.details_edn,
                        form);
  }
  const Value details = Value::map_of({{"code", Value::keyword("clogs/no-good-record")},
                                       {"accepted", Value::integer(0)},
                                       {"rejected", rejections(outcome)}});
  return error_answer(400,
                      fmt::format("{}: none of the {} records was good; record {}: {}",
                                  body_problem, outcome.rejected.size(), first.index, first.error),
                      edn::print(details), form);
}

class LogsHandler final : public Handler, public std::enable_shared_from_this<LogsHandler> {
 public:
  LogsHandler(const Services& services, WorkerPool& bulk) : services_(services), bulk_(bulk) {}

  std::optional<Answer> admit(const Request& request, Form form) override {
    const Result<ingest::Request> header = header_of(request);
    if (header.ok()) return std::nullopt;
    return failure_answer(in_context(header.status()), form, {});
  }

  void handle(const std::shared_ptr<Exchange>& exchange) override {
    if (exchange->body.size() < large_body_bytes) return ingest(exchange);
    const bool taken =
        bulk_.submit([self = shared_from_this(), exchange] { self->ingest(exchange); });
    if (!taken) {
      fail(exchange, resource_exhausted("Too many large bodies are being read; try again"));
    }
  }

 private:
  void ingest(const std::shared_ptr<Exchange>& exchange) {
    Result<ingest::Request> header = header_of(exchange->request);
    if (!header.ok()) return fail(exchange, header.status());
    ingest::Request request = std::move(header).value();
    request.tenant = exchange->who.tenant;
    request.body = std::move(exchange->body);
    const size_t bytes = request.body.size();
    services_.ingest->ingest(std::move(request), [self = shared_from_this(), exchange,
                                                  bytes](const Result<ingest::Outcome>& outcome) {
      self->answer(exchange, outcome, bytes);
    });
    // What the sink still holds it accounts for itself.
    exchange->reservation.release();
  }

  void answer(const std::shared_ptr<Exchange>& exchange, const Result<ingest::Outcome>& outcome,
              size_t bytes) {
    if (!outcome.ok()) return fail(exchange, outcome.status());
    if (outcome->accepted == 0) {
      if (services_.metrics != nullptr) {
        services_.metrics->ingest_failed(Transport::http, Code::invalid_argument);
      }
      return exchange->respond(refused(*outcome, exchange->form));
    }
    if (services_.metrics != nullptr) {
      const std::chrono::duration<double> took =
          std::chrono::steady_clock::now() - exchange->started;
      services_.metrics->ingested(Transport::http, outcome->accepted, outcome->rejected.size(),
                                  outcome->duplicate, bytes, took.count());
    }
    exchange->respond(stored(*outcome, exchange->form));
  }

  void fail(const std::shared_ptr<Exchange>& exchange, const Status& status) {
    if (services_.metrics != nullptr) {
      services_.metrics->ingest_failed(Transport::http, status.code());
    }
    exchange->respond(answer_for(services_, in_context(status), exchange->form, exchange->call));
  }

  const Services services_;
  WorkerPool& bulk_;
};

}  // namespace

std::shared_ptr<Handler> make_logs_handler(const Services& services, WorkerPool& bulk) {
  return std::make_shared<LogsHandler>(services, bulk);
}

}  // namespace clogs::api
