#include "server/api/http/fields_handler.h"

#include <atomic>
#include <utility>

#include "core/edn/value.h"
#include "server/api/http/query_parameters.h"
#include "server/api/http/router.h"
#include "server/api/http/target.h"
#include "server/api/query_tenant.h"
#include "server/api/worker_pool.h"
#include "server/query/engine.h"

namespace clogs::api {
namespace {

using edn::Value;

constexpr std::string_view values_suffix = "/values";

Value count_of(uint64_t count) { return Value::integer(static_cast<int64_t>(count)); }

// The decoded NAME of "/fields/NAME/values"; not_found for any other path.
Result<std::string> field_of(std::string_view path) {
  const Status unknown(Code::not_found, "There is nothing at " + std::string(path),
                       "{:code :clogs/unknown-route}");
  path.remove_prefix(fields_path.size() + 1);
  if (!path.ends_with(values_suffix)) return unknown;
  path.remove_suffix(values_suffix.size());
  std::optional<std::string> name = percent_decode(path, false);
  if (!name || name->empty()) return unknown;
  return *std::move(name);
}

class FieldsHandler final : public Handler, public std::enable_shared_from_this<FieldsHandler> {
 public:
  FieldsHandler(const Services& services, WorkerPool& queries)
      : services_(services), queries_(queries) {}

  std::optional<Answer> admit(const Request& request, Form form) override {
    const std::string_view path = split_target(request.target).path;
    if (path == fields_path) return std::nullopt;
    const Result<std::string> field = field_of(path);
    if (field.ok()) return std::nullopt;
    return failure_answer(field.status(), form, {});
  }

  void handle(const std::shared_ptr<Exchange>& exchange) override {
    const auto cancel = std::make_shared<std::atomic<bool>>(false);
    exchange->on_gone([cancel] { cancel->store(true); });
    const bool taken = queries_.submit(
        [self = shared_from_this(), exchange, cancel] { self->run(*exchange, cancel); });
    if (taken) return;
    respond(*exchange, resource_exhausted("Too many queries are waiting; try again"));
  }

 private:
  void run(Exchange& exchange, const query::CancelToken& cancel) {
    if (exchange.gone()) return;
    respond(exchange, look_up(exchange, cancel));
  }

  Result<Value> look_up(const Exchange& exchange, const query::CancelToken& cancel) {
    CLOGS_ASSIGN_OR_RETURN(const query::PreparedPtr query,
                           prepare_parameter(*services_.engine, exchange.request));
    CLOGS_ASSIGN_OR_RETURN(const std::string tenant, query_tenant(exchange.who, *query));
    CLOGS_ASSIGN_OR_RETURN(const size_t limit, limit_parameter(exchange.request));
    const std::string_view path = split_target(exchange.request.target).path;
    if (path == fields_path) return names(*query, tenant, limit, cancel);
    CLOGS_ASSIGN_OR_RETURN(const std::string field, field_of(path));
    return values(*query, tenant, field, limit, cancel);
  }

  Result<Value> names(const query::Prepared& query, std::string_view tenant, size_t limit,
                      const query::CancelToken& cancel) {
    CLOGS_ASSIGN_OR_RETURN(const query::FoundFields found,
                           services_.engine->fields(query, tenant, limit, cancel));
    std::vector<Value> rows;
    for (const query::FieldInfo& field : found.fields) {
      Value types = Value::map();
      for (const auto& [type, count] : field.types) types.set_key(type, count_of(count));
      rows.push_back(Value::map_of({{"name", Value::string(field.name)},
                                    {"count", count_of(field.count)},
                                    {"types", std::move(types)}}));
    }
    return answer(std::move(rows), found);
  }

  Result<Value> values(const query::Prepared& query, std::string_view tenant,
                       std::string_view field, size_t limit, const query::CancelToken& cancel) {
    CLOGS_ASSIGN_OR_RETURN(const query::FoundValues found,
                           services_.engine->field_values(query, tenant, field, limit, cancel));
    std::vector<Value> rows;
    for (const query::FieldValue& value : found.values) {
      rows.push_back(Value::map_of({{"value", value.value}, {"count", count_of(value.count)}}));
    }
    return answer(std::move(rows), found);
  }

  static Value answer(std::vector<Value> rows, const query::Completeness& found) {
    const size_t count = rows.size();
    Value warnings = Value::vector({});
    for (const std::string& warning : found.warnings) warnings.push_back(Value::string(warning));
    return Value::map_of({{"success", Value::boolean(true)},
                          {"count", count_of(count)},
                          {"data", Value::vector(std::move(rows))},
                          {"partial", Value::boolean(found.partial)},
                          {"warnings", std::move(warnings)}});
  }

  void respond(Exchange& exchange, const Result<Value>& outcome) {
    if (!outcome.ok()) {
      return exchange.respond(
          answer_for(services_, outcome.status(), exchange.form, exchange.call));
    }
    exchange.respond(value_answer(*outcome, exchange.form));
  }

  const Services services_;
  WorkerPool& queries_;
};

}  // namespace

std::shared_ptr<Handler> make_fields_handler(const Services& services, WorkerPool& queries) {
  return std::make_shared<FieldsHandler>(services, queries);
}

}  // namespace clogs::api
