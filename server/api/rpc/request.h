// What the requests of QueryLogs have in common, out of their messages.
#pragma once

#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/api/rpc/rows.h"
#include "server/query/language/input.h"

namespace clogs::v1 {
class QueryRequest;
class TailRequest;
class ExplainRequest;
class FieldsRequest;
}  // namespace clogs::v1

namespace clogs::api::rpc {

// A query as text with its parameters.
struct QueryText {
  std::string text;
  query::Syntax syntax = query::Syntax::edn;
  query::Params params;
};

Result<QueryText> query_text(const v1::QueryRequest& request);
// An empty query asks for everything of the default stream.
Result<QueryText> query_text(const v1::TailRequest& request);
Result<QueryText> query_text(const v1::ExplainRequest& request);
Result<QueryText> query_text(const v1::FieldsRequest& request);

// `format` is a clogs.v1.RowFormat.
Result<RowFormat> row_format(int format);
// Lines only; EDN by default.
Result<RowFormat> tail_format(int format);

}  // namespace clogs::api::rpc
