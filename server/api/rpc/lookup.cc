#include "server/api/rpc/lookup.h"

#include <algorithm>

#include "clogs/v1/query.pb.h"
#include "core/edn/tape.h"
#include "core/record/proto_codec.h"
#include "server/api/query_tenant.h"
#include "server/api/rpc/details.h"
#include "server/api/rpc/guard.h"
#include "server/api/rpc/limits.h"
#include "server/api/rpc/request.h"
#include "server/api/rpc/stream.h"
#include "server/query/engine.h"

namespace clogs::api::rpc {
namespace {

void add_names(std::vector<query::FieldInfo>& infos, v1::FieldsResponse& response) {
  for (query::FieldInfo& info : infos) {
    auto* field = response.add_fields();
    field->set_name(std::move(info.name));
    field->set_count(info.count);
    for (const auto& [type, count] : info.types) (*field->mutable_types())[type] = count;
  }
}

Status add_values(const std::vector<query::FieldValue>& values, v1::FieldsResponse& response) {
  edn::Tape tape;
  std::string wire;
  for (const query::FieldValue& value : values) {
    tape.clear();
    wire.clear();
    tape.copy(value.value);
    record::encode_value(tape.root(), wire);
    auto* item = response.add_values();
    if (!item->mutable_value()->ParseFromString(wire)) {
      return internal_error("A stored value does not fit its message");
    }
    item->set_count(value.count);
  }
  return {};
}

void add_completeness(const query::Completeness& found, v1::FieldsResponse& response) {
  response.set_partial(found.partial);
  for (const std::string& warning : found.warnings) response.add_warnings(warning);
}

Status look_up(query::Engine& engine, const Principal& who, const query::CancelToken& cancel,
               const v1::FieldsRequest& request, v1::FieldsResponse& response) {
  CLOGS_ASSIGN_OR_RETURN(const QueryText text, query_text(request));
  CLOGS_ASSIGN_OR_RETURN(const query::PreparedPtr prepared,
                         engine.prepare(text.text, text.syntax, text.params));
  CLOGS_ASSIGN_OR_RETURN(const std::string tenant, query_tenant(who, *prepared));
  const size_t asked = request.limit() == 0 ? default_fields : request.limit();
  const size_t limit = std::min(asked, max_fields);
  if (request.field().empty()) {
    CLOGS_ASSIGN_OR_RETURN(query::FoundFields found,
                           engine.fields(*prepared, tenant, limit, cancel));
    add_completeness(found, response);
    add_names(found.fields, response);
    return {};
  }
  CLOGS_ASSIGN_OR_RETURN(const query::FoundValues found,
                         engine.field_values(*prepared, tenant, request.field(), limit, cancel));
  add_completeness(found, response);
  return add_values(found.values, response);
}

}  // namespace

CallStatus explain(const Services& services, const std::string& request, std::string& response) {
  v1::ExplainRequest message;
  if (!message.ParseFromString(request)) return not_a_message("ExplainRequest");
  v1::ExplainResponse out;
  const Status status = guarded([&]() -> Status {
    CLOGS_ASSIGN_OR_RETURN(const QueryText text, query_text(message));
    const query::Explanation explanation =
        services.engine->explain(text.text, text.syntax, text.params);
    out.set_canonical(explanation.canonical);
    out.set_hash(explanation.hash);
    for (const query::Diagnostic& diagnostic : explanation.diagnostics) {
      auto* item = out.add_diagnostics();
      item->set_severity(diagnostic.is_error ? "error" : "warning");
      item->set_message(diagnostic.message);
      item->set_details_edn(diagnostic.details_edn);
    }
    return {};
  });
  if (!status.ok()) return query_status(status);
  response = out.SerializeAsString();
  return {};
}

CallStatus fields(const Services& services, const Principal& principal, const CallContext& context,
                  const std::string& request, std::string& response) {
  v1::FieldsRequest message;
  if (!message.ParseFromString(request)) return not_a_message("FieldsRequest");
  v1::FieldsResponse out;
  const Status status =
      guarded([&] { return look_up(*services.engine, principal, context.cancel, message, out); });
  if (!status.ok() && too_late(context)) return deadline_status();
  if (!status.ok()) return query_status(status);
  response = out.SerializeAsString();
  return {};
}

}  // namespace clogs::api::rpc
