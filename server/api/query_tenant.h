// Whose records a query reads.
#pragma once

#include <string>

#include "clogs/result.h"
#include "server/api/auth.h"

namespace clogs::query {
class Prepared;
}

namespace clogs::api {

// The tenant of `who`, or the one that the query's :options name, where Authorizer::enter lets
// `who` in; permission_denied as there.
Result<std::string> query_tenant(const Principal& who, const query::Prepared& query);

}  // namespace clogs::api
