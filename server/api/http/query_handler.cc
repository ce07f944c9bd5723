#include "server/api/http/query_handler.h"

#include <array>
#include <atomic>
#include <utility>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/value.h"
#include "server/api/http/limits.h"
#include "server/api/http/media.h"
#include "server/api/http/query_parameters.h"
#include "server/api/http/router.h"
#include "server/api/metrics.h"
#include "server/api/query_tenant.h"
#include "server/api/worker_pool.h"
#include "server/query/engine.h"
#include "server/query/format.h"

namespace clogs::api {
namespace {

constexpr std::string_view trailer_names =
    "Trailer: Clogs-Count, Clogs-Total-Count, Clogs-Total-Relation, Clogs-Partial, Clogs-Next, "
    "Clogs-Prev, Clogs-As-Of, Clogs-Warnings\r\n";

query::Format format_of(std::string_view accept, query::Syntax syntax) {
  constexpr std::array<std::string_view, 4> offers = {edn_type, json_type, ndjson_type, "text/csv"};
  constexpr std::array<query::Format, 4> formats = {query::Format::edn, query::Format::json,
                                                    query::Format::ndjson, query::Format::csv};
  return formats[choose_media(accept, offers, syntax == query::Syntax::edn ? 0 : 1)];
}

std::string_view type_of(query::Format format) {
  switch (format) {
    case query::Format::edn:
      return edn_type;
    case query::Format::ndjson:
      return ndjson_type;
    case query::Format::csv:
      return csv_type;
    case query::Format::json:
    case query::Format::table:
      break;
  }
  return json_type;
}

// What rows alone cannot say.
std::string trailer_fields(const query::Trailer& trailer) {
  std::string out = fmt::format("Clogs-Count: {}\r\n", trailer.count);
  if (trailer.total) {
    out += fmt::format("Clogs-Total-Count: {}\r\nClogs-Total-Relation: {}\r\n", *trailer.total,
                       trailer.total_exact ? "eq" : "gte");
  }
  out += fmt::format("Clogs-Partial: {}\r\n", trailer.partial);
  if (!trailer.next.empty()) out += fmt::format("Clogs-Next: {}\r\n", trailer.next);
  if (!trailer.prev.empty()) out += fmt::format("Clogs-Prev: {}\r\n", trailer.prev);
  if (trailer.as_of_nanos > 0) {
    out += fmt::format("Clogs-As-Of: {}\r\n",
                       format_rfc3339(Instant::from_nanos(trailer.as_of_nanos)));
  }
  if (!trailer.warnings.empty()) {
    // As a JSON array, whose escapes keep line breaks out of the field.
    std::vector<edn::Value> warnings;
    for (const std::string& warning : trailer.warnings) {
      warnings.push_back(edn::Value::string(warning));
    }
    std::string text;
    edn::write_json(edn::Value::vector(std::move(warnings)), text);
    out += fmt::format("Clogs-Warnings: {}\r\n", text);
  }
  return out;
}

// The answer of one query on its way out: whole if it is short, so that a failure can still have
// its status; else streamed.
class QueryAnswer {
 public:
  QueryAnswer(std::shared_ptr<Exchange> exchange, query::Format format)
      : exchange_(std::move(exchange)), format_(format) {}

  Status write(std::string_view piece) {
    if (begun_) return exchange_->write(piece);
    held_.append(piece);
    return held_.size() > whole_answer_bytes ? begin() : ok_status();
  }

  Status finish(const query::Trailer& trailer) {
    const bool rows_only = format_ == query::Format::ndjson || format_ == query::Format::csv;
    if (!begun_ && !rows_only) {
      Answer answer;
      answer.type = type_of(format_);
      answer.body = std::move(held_);
      exchange_->respond(std::move(answer));
      return ok_status();
    }
    if (!begun_) CLOGS_RETURN_IF_ERROR(begin());
    exchange_->finish(rows_only ? trailer_fields(trailer) : std::string());
    return ok_status();
  }

  bool begun() const { return begun_; }

 private:
  Status begin() {
    begun_ = true;
    Answer head;
    head.type = type_of(format_);
    const bool rows_only = format_ == query::Format::ndjson || format_ == query::Format::csv;
    if (rows_only && exchange_->request.version == 11) head.fields = trailer_names;
    exchange_->begin(std::move(head));
    return exchange_->write(std::exchange(held_, std::string()));
  }

  const std::shared_ptr<Exchange> exchange_;
  const query::Format format_;
  std::string held_;
  bool begun_ = false;
};

class QueryHandler final : public Handler, public std::enable_shared_from_this<QueryHandler> {
 public:
  QueryHandler(const Services& services, WorkerPool& queries)
      : services_(services), queries_(queries) {}

  std::optional<Answer> admit(const Request& request, Form form) override {
    const Result<query::Syntax> syntax = query_syntax_of(request.content_type);
    if (syntax.ok()) return std::nullopt;
    return failure_answer(syntax.status(), form, {});
  }

  void handle(const std::shared_ptr<Exchange>& exchange) override {
    auto cancel = std::make_shared<std::atomic<bool>>(false);
    exchange->on_gone([cancel] { cancel->store(true); });
    const bool taken = queries_.submit(
        [self = shared_from_this(), exchange, cancel] { self->run(exchange, cancel); });
    if (!taken) {
      exchange->respond(answer_for(services_,
                                   resource_exhausted("Too many queries are waiting; try again"),
                                   exchange->form, exchange->call));
    }
  }

 private:
  void run(const std::shared_ptr<Exchange>& exchange, const query::CancelToken& cancel) {
    if (cancel->load()) return;
    const Result<query::Syntax> syntax = query_syntax_of(exchange->request.content_type);
    const query::Format format = format_of(exchange->request.accept, *syntax);
    QueryAnswer answer(exchange, format);
    uint64_t rows = 0;
    const Status status = run_query(*exchange, *syntax, format, answer, cancel, rows);
    if (services_.metrics != nullptr) {
      const std::chrono::duration<double> took =
          std::chrono::steady_clock::now() - exchange->started;
      services_.metrics->queried(Transport::http, status.code(), rows, took.count());
    }
    if (status.ok()) return;
    const Form form = format == query::Format::edn ? Form::edn : Form::json;
    Answer failure = answer_for(services_, as_query_failure(status), form, exchange->call);
    if (answer.begun()) return exchange->abort();
    exchange->respond(std::move(failure));
  }

  Status run_query(const Exchange& exchange, query::Syntax syntax, query::Format format,
                   QueryAnswer& answer, const query::CancelToken& cancel, uint64_t& rows) {
    CLOGS_ASSIGN_OR_RETURN(const query::PreparedPtr prepared,
                           services_.engine->prepare(exchange.body, syntax));
    CLOGS_ASSIGN_OR_RETURN(const std::string tenant, query_tenant(exchange.who, *prepared));
    const std::unique_ptr<query::Formatter> formatter = query::make_formatter(
        format, [&answer](std::string_view piece) { return answer.write(piece); });
    CLOGS_RETURN_IF_ERROR(services_.engine->run(*prepared, tenant, *formatter, cancel));
    rows = formatter->trailer().count;
    return answer.finish(formatter->trailer());
  }

  // A query over one of its limits is a bad query, not a body that is too large.
  static Status as_query_failure(const Status& status) {
    if (status.code() != Code::out_of_range) return status;
    return invalid_argument(status.message(), status.details());
  }

  const Services services_;
  WorkerPool& queries_;
};

}  // namespace

std::shared_ptr<Handler> make_query_handler(const Services& services, WorkerPool& queries) {
  return std::make_shared<QueryHandler>(services, queries);
}

}  // namespace clogs::api
