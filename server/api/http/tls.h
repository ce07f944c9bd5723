// The server's certificate and what it asks of clients.
#pragma once

#include <memory>

#include "clogs/result.h"
#include "server/api/http/server.h"

namespace clogs::api {

class TlsContext;
struct TlsContextDelete {
  void operator()(TlsContext* context) const;
};
using TlsContextPtr = std::unique_ptr<TlsContext, TlsContextDelete>;

// Reads the files now; a later change of them is not seen. invalid_argument if one is unusable.
Result<TlsContextPtr> make_tls_context(const TlsOptions& options);

}  // namespace clogs::api
