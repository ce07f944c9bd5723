// Whom a TLS connection trusts, and who we are.
#pragma once

#include <openssl/types.h>

#include "clogs/status.h"
#include "core/send/tls.h"

namespace clogs::send {

// Loads what `options` name into `context`. Failure: unavailable, naming the file.
Status load_trust(const TlsOptions& options, SSL_CTX* context);

// The newest entry of OpenSSL's error queue of this thread as a sentence, and the queue empty.
std::string openssl_problem();

}  // namespace clogs::send
