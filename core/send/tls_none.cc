#include "core/send/tls.h"

namespace clogs::send {

bool has_tls() { return false; }

Result<std::unique_ptr<TlsContext>> make_tls_context(const TlsOptions&) {
  return unavailable("TLS is not in this build; an endpoint without https:// is needed");
}

}  // namespace clogs::send
