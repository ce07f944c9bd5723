#include "server/api/query_tenant.h"

#include "server/query/engine.h"

namespace clogs::api {

Result<std::string> query_tenant(const Principal& who, const query::Prepared& query) {
  CLOGS_ASSIGN_OR_RETURN(Principal entered,
                         Authorizer::enter(who, query::Engine::tenant_of(query), right_query));
  return std::move(entered.tenant);
}

}  // namespace clogs::api
