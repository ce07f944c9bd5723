// Queries in bodies, and in the target of a GET: ?q=..&syntax=json&format=edn&limit=20
#pragma once

#include <cstddef>
#include <string_view>

#include "clogs/result.h"
#include "server/api/http/request.h"
#include "server/query/engine.h"

namespace clogs::api {

// The syntax of a query in a body; invalid_argument for what is neither EDN nor JSON.
Result<query::Syntax> query_syntax_of(std::string_view content_type);

// The query of `q`; an absent or empty one is {}, everything of stream :logs.
Result<query::PreparedPtr> prepare_parameter(query::Engine& engine, const Request& request);

// True for format=edn.
bool wants_edn(const Request& request);

// `limit`: 1 to 10,000, default 100.
Result<size_t> limit_parameter(const Request& request);

}  // namespace clogs::api
