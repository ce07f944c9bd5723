#include "server/api/rpc/request.h"

#include <utility>

#include "clogs/v1/query.pb.h"
#include "core/edn/tape.h"
#include "core/record/proto_codec.h"

namespace clogs::api::rpc {
namespace {

Status bad_choice(std::string_view field, int got, std::string_view expected) {
  return invalid_argument("Invalid request: " + std::string(field) + " is " + std::to_string(got) +
                              ", expected " + std::string(expected),
                          "{:code :clogs/bad-request :path [:" + std::string(field) + "] :got " +
                              std::to_string(got) + "}");
}

Result<query::Syntax> syntax_of(int syntax) {
  switch (syntax) {
    case v1::QUERY_SYNTAX_UNSPECIFIED:
    case v1::QUERY_SYNTAX_EDN:
      return query::Syntax::edn;
    case v1::QUERY_SYNTAX_JSON:
      return query::Syntax::json;
    default:
      return bad_choice("syntax", syntax, "QUERY_SYNTAX_EDN or QUERY_SYNTAX_JSON");
  }
}

template <typename Request>
Result<QueryText> text_of(const Request& request) {
  QueryText out;
  CLOGS_ASSIGN_OR_RETURN(out.syntax, syntax_of(request.syntax()));
  out.text = request.query();
  return out;
}

template <typename Request>
Result<QueryText> text_with_params(const Request& request) {
  CLOGS_ASSIGN_OR_RETURN(QueryText out, text_of(request));
  edn::Tape tape;
  for (const auto& [name, value] : request.params()) {
    tape.clear();
    const std::string wire = value.SerializeAsString();
    if (const Status status = record::decode_value(wire, tape); !status.ok()) {
      return status.with_context("Invalid request: parameter " + name);
    }
    out.params.emplace_back(name, edn::Value::from(tape.root()));
  }
  return out;
}

Result<QueryText> or_everything(Result<QueryText> text) {
  if (text.ok() && text->text.empty()) text->text = "{}";
  return text;
}

}  // namespace

Result<QueryText> query_text(const v1::QueryRequest& request) { return text_with_params(request); }

Result<QueryText> query_text(const v1::TailRequest& request) {
  return or_everything(text_with_params(request));
}

Result<QueryText> query_text(const v1::ExplainRequest& request) {
  return text_with_params(request);
}

Result<QueryText> query_text(const v1::FieldsRequest& request) {
  return or_everything(text_of(request));
}

Result<RowFormat> row_format(int format) {
  switch (format) {
    case v1::ROW_FORMAT_UNSPECIFIED:
    case v1::ROW_FORMAT_COLUMNS:
      return RowFormat::columns;
    case v1::ROW_FORMAT_EDN:
      return RowFormat::edn;
    case v1::ROW_FORMAT_JSON:
      return RowFormat::json;
    default:
      return bad_choice("format", format, "ROW_FORMAT_COLUMNS, ROW_FORMAT_EDN or ROW_FORMAT_JSON");
  }
}

Result<RowFormat> tail_format(int format) {
  switch (format) {
    case v1::ROW_FORMAT_UNSPECIFIED:
    case v1::ROW_FORMAT_EDN:
      return RowFormat::edn;
    case v1::ROW_FORMAT_JSON:
      return RowFormat::json;
    default:
      return bad_choice("format", format, "ROW_FORMAT_EDN or ROW_FORMAT_JSON");
  }
}

}  // namespace clogs::api::rpc
